import { fileURLToPath } from "node:url";

import { BaseConvexClient, ConvexClient, ConvexHttpClient } from "convex/browser";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

import type { EngineLog } from "../../src/embedded/engineLog.ts";
import {
  startEmbeddedConvex,
  type EmbeddedConvex,
  type EmbeddedConvexOptions,
} from "../../src/embedded/startEmbeddedConvex.ts";

/** The functions that the conformance tests call. */
export const CONFORMANCE_PROJECT = fileURLToPath(
  new URL("../fixtures/convex-projects/conformance/", import.meta.url),
);

export type TestEngine = EmbeddedConvex & { events: EngineLog[] };

/** An engine on free ports with the conformance functions. Whoever starts it closes it. */
export async function startTestEngine(
  options: Partial<EmbeddedConvexOptions> = {},
): Promise<TestEngine> {
  const events: EngineLog[] = [];
  const engine = await startEmbeddedConvex({
    functionsDir: `${CONFORMANCE_PROJECT}/convex`,
    dataDir: ":memory:",
    log: (event) => events.push(event),
    ...options,
  });
  return { ...engine, events };
}

/** A stock client, closed with the test. */
export function reactiveClient(address: string): ConvexClient {
  const client = new ConvexClient(address, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  onTestFinished(() => client.close());
  return client;
}

/** The stock client below the others, closed with the test. */
export function baseClient(
  address: string,
  onTransition: ConstructorParameters<typeof BaseConvexClient>[1] = () => undefined,
): BaseConvexClient {
  const client = new BaseConvexClient(address, onTransition, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  onTestFinished(() => client.close());
  return client;
}

export function httpClient(address: string): ConvexHttpClient {
  return new ConvexHttpClient(address, { logger: false });
}
