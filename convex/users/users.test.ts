import { expect, it, vi } from "vitest";
import { api } from "../_generated/api.js";
import { asPerson, asService, enter, refused, setupTest, type Deployment } from "../test.setup.ts";
import { MAX_LOGINS_PER_USER } from "./model.ts";

const { createGuest, register, findCredential } = api.users.accounts;
const { open, rotate, revoke } = api.users.logins;
const HOUR_MS = 3_600_000;

const rotateTo = (t: Deployment, from: string, to: string) =>
  asService(t).mutation(rotate, {
    refreshTokenHash: from,
    newRefreshTokenHash: to,
    expiresAt: Date.now() + HOUR_MS,
  });

async function openLogin(t: Deployment, refreshTokenHash: string) {
  const userId = await asService(t).mutation(createGuest, { name: "Ada" });
  const expiresAt = Date.now() + HOUR_MS;
  const loginId = await asService(t).mutation(open, { userId, refreshTokenHash, expiresAt });
  return { userId, loginId };
}

it("[AC1] a guest becomes an account and keeps their id", async () => {
  const t = setupTest();
  const ada = await enter(t, "Ada");
  const account = { name: "Ada L.", email: " Ada@Example.org ", passwordHash: "hash" };
  const { userId } = ada;
  expect(await asService(t).mutation(register, { ...account, userId })).toBe(userId);
  expect(await ada.client.query(api.users.profile.me, {})).toEqual({
    userId,
    name: "Ada L.",
    kind: "account",
    email: "ada@example.org",
  });
  expect(await asService(t).query(findCredential, { email: "ADA@example.org" })).toEqual({
    userId,
    passwordHash: "hash",
    name: "Ada L.",
  });
  await expect(asService(t).mutation(register, account)).rejects.toMatchObject(refused("CONFLICT"));
});

it.each([
  { name: " ", email: "a@b" },
  { name: "Ada", email: "nonsense" },
  { name: "x".repeat(81), email: "a@b" },
])("[AC1] %o makes no account", async (given) => {
  const t = setupTest();
  await expect(
    asService(t).mutation(register, { ...given, passwordHash: "hash" }),
  ).rejects.toMatchObject(refused("INVALID_INPUT"));
});

it("[AC2] a revoked login opens no door any more", async () => {
  const t = setupTest();
  const { client, loginId } = await enter(t);
  await asService(t).mutation(revoke, { loginId });
  await asService(t).mutation(revoke, { loginId });
  await expect(client.query(api.users.profile.me, {})).rejects.toMatchObject(
    refused("UNAUTHENTICATED"),
  );
});

it("[AC2] a token that names somebody else's login opens no door", async () => {
  const t = setupTest();
  const [ada, bob] = [await enter(t, "Ada"), await enter(t, "Bob")];
  const forged = asPerson(t, ada.userId, bob.loginId);
  await expect(forged.query(api.users.profile.me, {})).rejects.toMatchObject(
    refused("UNAUTHENTICATED"),
  );
});

it("[AC3] a refresh token works once; the reuse of an old one closes the login", async () => {
  vi.useFakeTimers();
  const t = setupTest();
  const { userId, loginId } = await openLogin(t, "first");
  expect(await rotateTo(t, "first", "second")).toEqual({ userId, loginId, name: "Ada" });
  expect(await rotateTo(t, "unknown", "x")).toBeNull();
  vi.advanceTimersByTime(60_000);
  expect(await rotateTo(t, "second", "third")).not.toBeNull();
  vi.advanceTimersByTime(60_000);
  expect(await rotateTo(t, "first", "stolen")).toBeNull();
  expect(await rotateTo(t, "third", "fourth")).toBeNull();
  vi.useRealTimers();
});

it("[AC3] two tabs that refresh at the same moment both stay signed in", async () => {
  const t = setupTest();
  await openLogin(t, "first");
  expect(await rotateTo(t, "first", "a")).not.toBeNull();
  expect(await rotateTo(t, "first", "b")).not.toBeNull();
  expect(await rotateTo(t, "b", "c")).not.toBeNull();
});

it("[AC4] the oldest login gives way to a new one when there are too many", async () => {
  const t = setupTest();
  const { userId, loginId } = await openLogin(t, "first");
  const client = asPerson(t, userId, loginId);
  for (let n = 0; n < MAX_LOGINS_PER_USER; n++) {
    const refreshTokenHash = `more-${String(n)}`;
    await asService(t).mutation(open, {
      userId,
      refreshTokenHash,
      expiresAt: Date.now() + HOUR_MS,
    });
  }
  await expect(client.query(api.users.profile.me, {})).rejects.toMatchObject(
    refused("UNAUTHENTICATED"),
  );
});
