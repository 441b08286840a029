import { expect, it } from "vitest";

import { startHttpEdge } from "../../../test/support/httpEdge.ts";

it("says what it is", async () => {
  const { url } = await startHttpEdge();
  for (const path of ["/", "/version", "/instance_name", "/instance_version"]) {
    expect((await fetch(`${url}${path}`)).status).toBe(200);
  }
  expect(await (await fetch(`${url}/.well-known/jwks.json`)).json()).toMatchObject({
    keys: [{ alg: "ES256" }],
  });
  expect((await fetch(`${url}/nowhere`)).status).toBe(404);
});
