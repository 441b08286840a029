import { expect, it } from "vitest";

import { rememberTokens } from "./rememberTokens.ts";
import { InvalidTokenError, type VerifiedUser } from "./verifyToken.ts";

function setUp() {
  const world = { now: 1_000_000, checks: 0, isRefused: false };
  const verify = rememberTokens(
    (token) => {
      world.checks += 1;
      if (world.isRefused) return Promise.reject(new InvalidTokenError("refused"));
      const attributes = { subject: token } as unknown as VerifiedUser["attributes"];
      return Promise.resolve({ attributes, expiresAt: 1_040_000 });
    },
    () => world.now,
  );
  return { world, verify };
}

it("[BW3] a token is checked once in half a minute, each for itself", async () => {
  const { world, verify } = setUp();
  for (let i = 0; i < 10; i++) await verify("ada");
  expect((await verify("bob")).attributes["subject"]).toBe("bob");
  expect((await verify("ada")).attributes["subject"]).toBe("ada");
  expect(world.checks).toBe(2);
  world.now += 30_000;
  await verify("ada");
  expect(world.checks).toBe(3);
});

it("[BW3] a token that expires meanwhile, or was refused, is checked again", async () => {
  const { world, verify } = setUp();
  world.now = 1_030_000;
  await verify("ada");
  world.now = 1_040_000;
  world.isRefused = true;
  await expect(verify("ada")).rejects.toThrow("refused");
  await expect(verify("ada")).rejects.toThrow("refused");
  expect(world.checks).toBe(3);
});

it("[BW3] so many tokens are remembered and no more", async () => {
  const { world, verify } = setUp();
  for (let i = 0; i < 1_001; i++) await verify(`token ${i}`);
  await verify("token 1000");
  expect(world.checks).toBe(1_001);
  await verify("token 0");
  expect(world.checks).toBe(1_002);
});
