import { expect, it } from "vitest";
import { createFakeClock } from "../../../test/support/fakeClock.ts";
import { forgeTokens } from "../../../test/support/forgedTokens.ts";
import { systemClock } from "../../util/clock.ts";
import { makeKeyRing, rotateKeyRing } from "./keyRing.ts";
import { STUDENT_TOKEN_MS, createTokens } from "./tokens.ts";

const ada = { userId: "u1", loginId: "l1", name: "Ada" };

it("[ID1] a token tells whom it was issued to, and when it ends", async () => {
  const tokens = createTokens(makeKeyRing(), systemClock);
  const { token, expiresAt } = await tokens.issueStudent(ada);
  expect(await tokens.verifyStudent(token)).toEqual({ ...ada, expiresAt });
});

it("[V2.1.2] [ID3] of 200 forged tokens none is believed", async () => {
  const ring = makeKeyRing();
  const tokens = createTokens(ring, systemClock);
  for (const { flaw, token } of await forgeTokens(ring, ada, 200)) {
    expect(await tokens.verifyStudent(token), flaw).toBeNull();
  }
});

it("[ID3] the companion's own token is no student's", async () => {
  const tokens = createTokens(makeKeyRing(), systemClock);
  expect(await tokens.verifyStudent((await tokens.issueService()).token)).toBeNull();
});

it("[ID1] a token is over after an hour, to the second", async () => {
  const clock = createFakeClock();
  const tokens = createTokens(makeKeyRing(), clock);
  const { token } = await tokens.issueStudent(ada);
  await clock.advance(STUDENT_TOKEN_MS - 1_000);
  expect(await tokens.verifyStudent(token)).not.toBeNull();
  await clock.advance(1_000);
  expect(await tokens.verifyStudent(token)).toBeNull();
});

it("[ID2] after a rotation old tokens live on and new ones carry the new key", async () => {
  const clock = createFakeClock();
  const before = makeKeyRing();
  const { token: old } = await createTokens(before, clock).issueStudent(ada);
  const after = rotateKeyRing(before, clock.now());
  const tokens = createTokens(after, clock);
  expect(await tokens.verifyStudent(old)).toMatchObject(ada);
  const { token: fresh } = await tokens.issueStudent(ada);
  expect(await createTokens(before, clock).verifyStudent(fresh)).toBeNull();
});
