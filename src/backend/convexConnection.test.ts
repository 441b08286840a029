import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { appError } from "../../convex/contract/errors.ts";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { systemClock } from "../util/clock.ts";
import { silentLogger } from "../util/logger.ts";
import { cachedToken, coded, createConvexConnection } from "./convexConnection.ts";

const notReady = { data: { code: "NOT_READY" } };

/** An address at which nobody listens any more. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it("[BE1] a Convex that cannot be reached is NOT_READY, whatever is asked of it", async () => {
  const url = await deadAddress();
  const connection = createConvexConnection({
    url,
    issueServiceToken: () => Promise.resolve({ token: "token", expiresAt: Number.MAX_VALUE }),
    clock: systemClock,
    logger: silentLogger,
  });
  onTestFinished(() => connection.close());
  const { me } = api.users.profile;
  const answers = await Promise.allSettled([
    connection.query(api.agents.settings.forTutor, {}),
    connection.mutation(api.documents.upload.createUploadUrl, {}),
    connection.action(api.documents.search.passages, {
      ...{ sessionId: "s" as Id<"sessions">, question: "Why?", limit: 1 },
    }),
    connection.queryAs("token", me, {}),
  ]);
  expect(answers).toMatchObject(Array(4).fill({ status: "rejected", reason: notReady }));
  expect(connection.isLive()).toBe(false);
});

it("[BE1] a call that takes too long is NOT_READY, and its cause is kept", async () => {
  const cause = new DOMException("The operation was aborted due to timeout", "TimeoutError");
  const call = coded("http://convex.test", Promise.reject(cause));
  await expect(call).rejects.toMatchObject({ ...notReady, cause });
});

it("[BE1] errors with a code, and errors that are no network's, pass through unchanged", async () => {
  for (const error of [appError("CONFLICT"), new Error("[Request ID: 1] Server Error")]) {
    await expect(coded("http://convex.test", Promise.reject(error))).rejects.toBe(error);
  }
  expect(await coded("http://convex.test", Promise.resolve("answer"))).toBe("answer");
});

/** A source of tokens that live ten minutes, which can be made to fail. */
function tokenSource() {
  const clock = createFakeClock();
  const source = { issued: 0, isBroken: false };
  const get = cachedToken(() => {
    if (source.isBroken) return Promise.reject(new Error("no key"));
    source.issued += 1;
    const token = `token ${source.issued}`;
    return Promise.resolve({ token, expiresAt: clock.now() + 600_000 });
  }, clock);
  return { clock, source, get };
}

it("[BE2] one token serves all calls until a minute before it ends, then one new one does", async () => {
  const { clock, source, get } = tokenSource();
  expect(await Promise.all([get(), get()])).toEqual(["token 1", "token 1"]);
  await clock.advance(539_999);
  expect(await get()).toBe("token 1");
  await clock.advance(1);
  expect(await Promise.all([get(), get()])).toEqual(["token 2", "token 2"]);
  expect(source.issued).toBe(2);
});

it("[BE2] a token that could not be issued is asked for again by the next call", async () => {
  const { clock, source, get } = tokenSource();
  source.isBroken = true;
  await expect(Promise.all([get(), get()])).rejects.toThrow("no key");
  source.isBroken = false;
  expect(await get()).toBe("token 1");
  await clock.advance(600_000);
  source.isBroken = true;
  await expect(get()).rejects.toThrow("no key");
  source.isBroken = false;
  expect(await get()).toBe("token 2");
});
