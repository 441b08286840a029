/** What /healthz says of a Convex that is there but not as it should be. */
import { expect, it, onTestFinished } from "vitest";
import { createReadiness } from "../../src/backend/convexAccess.ts";
import { createConvexConnection } from "../../src/backend/convexConnection.ts";
import { startEmbeddedConvex } from "../../src/embedded/startEmbeddedConvex.ts";
import { makeKeyRing } from "../../src/gateway/identity/keyRing.ts";
import { createTokens } from "../../src/gateway/identity/tokens.ts";
import type { Tokens } from "../../src/gateway/identity/tokens.ts";
import { functionsEnvironment } from "../../src/startConvex.ts";
import { systemClock as clock } from "../../src/util/clock.ts";
import { silentLogger } from "../../src/util/logger.ts";

async function startConvexFor(tokens: Tokens, functionsDir = "convex") {
  const engine = await startEmbeddedConvex({
    functionsDir,
    dataDir: ":memory:",
    environment: functionsEnvironment(tokens, { kind: "extractive" }),
  });
  onTestFinished(() => engine.close());
  return engine.url;
}

function connect(url: string, tokens: Tokens) {
  const issueServiceToken = () => tokens.issueService();
  const connection = createConvexConnection({
    url,
    issueServiceToken,
    clock,
    logger: silentLogger,
  });
  onTestFinished(() => connection.close());
  return createReadiness(connection, { ...clock, now: () => performance.now() * 1e6 }); // no cache
}

it("[GW5] a companion is ready when its Convex answers and trusts it", async () => {
  const tokens = createTokens(makeKeyRing(), clock);
  const readiness = connect(await startConvexFor(tokens), tokens);
  await expect.poll(readiness).toEqual({ isReady: true });
});

it("[GW5] a Convex that trusts other keys is named, with the command that puts it right", async () => {
  const theirs = createTokens(makeKeyRing(), clock);
  const readiness = connect(await startConvexFor(theirs), createTokens(makeKeyRing(), clock));
  await expect
    .poll(readiness)
    .toMatchObject({ reason: expect.stringMatching(/does not trust .*npm run deploy/) as string });
});

it("[GW5] a Convex with other functions is named, with the command that puts it right", async () => {
  const tokens = createTokens(makeKeyRing(), clock);
  const url = await startConvexFor(tokens, "test/fixtures/convex-projects/chat/convex");
  const readiness = connect(url, tokens);
  await expect
    .poll(readiness)
    .toMatchObject({ reason: expect.stringContaining("npm run deploy") as string });
});
