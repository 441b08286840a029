/** One engine for all tests of a file, started before the first and ended after the last. */
import { afterAll, beforeAll } from "vitest";
import { startTestEngine, type TestEngine } from "./convexEngine.ts";

export interface UsedEngine {
  readonly engine: TestEngine;
  /** Where it listens. */
  readonly port: number;
}

/** To be called where tests are described; what it gives is there from the first test on. */
export function useTestEngine(): UsedEngine {
  let engine: TestEngine | undefined;
  beforeAll(async () => {
    engine = await startTestEngine();
  });
  afterAll(() => engine?.close());
  const started = () => {
    if (engine === undefined) throw new Error("the engine is started before the first test");
    return engine;
  };
  return {
    get engine() {
      return started();
    },
    get port() {
      return Number(new URL(started().url).port);
    },
  };
}
