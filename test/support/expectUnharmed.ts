import { expect } from "vitest";

import { api } from "../fixtures/convex-projects/conformance/convex/_generated/api.js";
import { httpClient, type TestEngine } from "./convexEngine.ts";

/** No fault of the engine's own was reported, and who behaves is served. */
export async function expectUnharmed(engine: TestEngine): Promise<void> {
  expect(await httpClient(engine.url).query(api.values.echo, { value: 1 })).toBe(1);
  expect(engine.events.filter(({ type }) => type !== "function")).toEqual([]);
}
