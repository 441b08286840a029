import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parseRoute, sessionPath } from "./routes.ts";

const id = fc.stringMatching(/^[a-z0-9]{1,32}$/);

test.prop([id, fc.option(fc.string({ minLength: 1 }), { nil: undefined })])(
  "[WP2] every session link leads back to its session and invite",
  (sessionId, inviteCode) => {
    const expected = { kind: "session", sessionId, ...(inviteCode && { inviteCode }) };
    expect(parseRoute(sessionPath(sessionId, inviteCode))).toEqual(expected);
  },
);

it.each(["/s/", "/s/a/b", "/s/a%20b", "/elsewhere"])("[WP2] %s is no page", (path) => {
  expect(parseRoute(path)).toEqual({ kind: "unknown" });
});
