import { expect, it } from "vitest";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { rememberTokens } from "./rememberTokens.ts";

function setUp() {
  const clock = createFakeClock();
  const expiresAt = clock.now() + 1_000;
  const checked: string[] = [];
  const credentialsOf = rememberTokens(
    {
      verifyStudent(token) {
        checked.push(token);
        const claims = { userId: token, loginId: "login", name: "Ada", expiresAt };
        return Promise.resolve(token === "forged" ? null : claims);
      },
    },
    clock,
  );
  return { clock, checked, credentialsOf };
}

it("[BW7] a token is checked once, also when it is shown several times at once", async () => {
  const { checked, credentialsOf } = setUp();
  const [first, second] = await Promise.all([credentialsOf("ada"), credentialsOf("ada")]);
  expect(first).toMatchObject({ token: "ada", claims: { userId: "ada" } });
  expect(second).toBe(first);
  expect(await credentialsOf("bob")).toMatchObject({ claims: { userId: "bob" } });
  expect(checked).toEqual(["ada", "bob"]);
});

it("[BW7] from its end on a token is refused", async () => {
  const { clock, credentialsOf } = setUp();
  await credentialsOf("ada");
  await clock.advance(1_000);
  expect(await credentialsOf("ada")).toBeUndefined();
});

it("[BW7] a refusal is not remembered", async () => {
  const { checked, credentialsOf } = setUp();
  expect(await credentialsOf("forged")).toBeUndefined();
  expect(await credentialsOf("forged")).toBeUndefined();
  expect(checked).toEqual(["forged", "forged"]);
});

it("[BW7] only the last 4,000 are remembered", async () => {
  const { checked, credentialsOf } = setUp();
  for (let i = 0; i <= 4_000; i++) await credentialsOf(`person ${i}`);
  await credentialsOf("person 4000");
  await credentialsOf("person 0");
  expect(checked.slice(4_001)).toEqual(["person 0"]);
});
