import { expect, it } from "vitest";

import { checkAdminKey, generateAdminKey } from "./adminKey.ts";

const key = generateAdminKey("local");
const asAda = Buffer.from(JSON.stringify({ subject: "ada" })).toString("base64");

it("the key is accepted, with any readable prefix or none", () => {
  const secret = key.split("|")[1] ?? "";
  for (const presented of [key, secret, `prod:other-name|${secret}`]) {
    expect(checkAdminKey(presented, key)).toEqual({});
  }
});

it("the key may carry whom to act as", () => {
  expect(checkAdminKey(`${key}:${asAda}`, key)).toEqual({ actingAs: { subject: "ada" } });
  expect(checkAdminKey(`${key}:not-json`, key)).toBeNull();
});

it("anything else is refused", () => {
  for (const presented of [
    "",
    "local|",
    "local",
    `${key}0`,
    key.slice(0, -1),
    generateAdminKey("local"),
  ]) {
    expect(checkAdminKey(presented, key)).toBeNull();
  }
});
