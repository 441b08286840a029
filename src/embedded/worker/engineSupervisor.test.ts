import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import type { FunctionBundle } from "../functions/build/bundle.ts";
import { EngineSupervisor, type SupervisorEvent } from "./engineSupervisor.ts";
import type { ThreadEvents } from "./engineThread.ts";
import { HeartbeatWriter } from "./heartbeat.ts";
import { TICK_MS } from "./watchdog.ts";
import type { EngineWorkerData } from "./workerMessages.ts";

/** A thread that does what the test says; it beats only when told to. */
class FakeThread {
  readonly startedAt = Date.now();
  readonly data: EngineWorkerData;
  readonly heartbeat: HeartbeatWriter;
  readonly ready: Promise<{ port: number; sitePort: number }>;
  refusal: Error | null = null;
  bytes = 0;
  /** What of the time it gets the processor. */
  share = 1;
  readonly #events: ThreadEvents;

  cutOffs = 0;

  constructor(data: EngineWorkerData, events: ThreadEvents) {
    this.data = data;
    this.#events = events;
    this.heartbeat = new HeartbeatWriter(data.heartbeat);
    this.ready = Promise.resolve({ port: data.port || 4001, sitePort: data.sitePort || 4002 });
  }

  request(): Promise<never> {
    return this.refusal === null ? Promise.resolve(null as never) : Promise.reject(this.refusal);
  }

  cpuMs(): Promise<number> {
    return Promise.resolve(this.share * (Date.now() - this.startedAt));
  }

  memoryBytes(): Promise<number> {
    return Promise.resolve(this.bytes);
  }

  liveBytes(): Promise<number> {
    return Promise.resolve(this.bytes);
  }

  cutOff(): Promise<void> {
    this.cutOffs += 1;
    return Promise.resolve();
  }

  terminate(): Promise<void> {
    this.die(null);
    return Promise.resolve();
  }

  push(pushed: FunctionBundle): void {
    this.#events.onMessage({ type: "pushed", bundle: pushed });
  }

  die(error: Error | null): void {
    this.#events.onExit(error);
  }
}

let threads: FakeThread[];
let events: SupervisorEvent[];
let supervisor: EngineSupervisor;

const bundle = (name: string) =>
  ({ functionsDir: name, app: { modules: [] } }) as unknown as FunctionBundle;
const newest = (): FakeThread => threads.at(-1)!;

beforeEach(async () => {
  vi.useFakeTimers();
  threads = [];
  events = [];
  supervisor = new EngineSupervisor(
    {
      ...{ bundle: bundle("first"), dataDir: "", host: "", port: 0, sitePort: 0, adminKey: "" },
      ...{
        cloudOrigin: null,
        siteOrigin: null,
        instanceName: "",
        cacheMb: 64,
        environment: { A: "1" },
        redactsErrors: false,
      },
    },
    {
      startThread: (data, threadEvents) => {
        const thread = new FakeThread(data, threadEvents);
        threads.push(thread);
        return thread;
      },
      onEvent: (event) => events.push(event),
      now: Date.now,
    },
  );
  await supervisor.start();
});
afterEach(() => {
  vi.useRealTimers();
});

it("[ES2] a thread that dies is replaced on the same ports, later each time it happens again", async () => {
  const delays: number[] = [];
  for (let i = 0; i < 10; i++) {
    const diedAt = Date.now();
    newest().die(new Error("out of memory"));
    await vi.advanceTimersToNextTimerAsync();
    delays.push(newest().startedAt - diedAt);
  }
  expect(delays).toEqual([50, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  expect(newest().data).toMatchObject({ port: 4001, sitePort: 4002 });
  expect(events[0]).toEqual({ type: "restarted", reason: "out of memory", culprit: null });
});

it("[ES2] a thread that lived for long is replaced at once", async () => {
  for (let i = 0; i < 5; i++) {
    newest().die(null);
    await vi.advanceTimersToNextTimerAsync();
  }
  const thread = newest();
  for (let ms = 0; ms < 31_000; ms += 250) {
    thread.heartbeat.beat();
    await vi.advanceTimersByTimeAsync(250);
  }
  const diedAt = Date.now();
  thread.die(null);
  await vi.advanceTimersByTimeAsync(50);
  expect(newest().startedAt - diedAt).toBe(50);
});

it("[ES1] a thread that hangs in a function is ended, and its successor knows the call", async () => {
  newest().heartbeat.beat();
  newest().heartbeat.enter({ kind: "mutation", path: "loops:inMutation", args: [{}] }, 0);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(events).toMatchObject([{ type: "restarted", culprit: { path: "loops:inMutation" } }]);
  expect(threads).toHaveLength(2);
  expect(newest().data.blames).toMatchObject([{ kind: "mutation", path: "loops:inMutation" }]);
});

it("[RA7] a thread that hardly gets the processor is not ended for what it holds it up with", async () => {
  newest().share = 0.1;
  newest().heartbeat.beat();
  newest().heartbeat.enter({ kind: "mutation", path: "slow:honest", args: [{}] }, 0);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(events).toEqual([]);
});

it("[RA8] a thread that is blocked is replaced after a minute, and no function is blamed", async () => {
  newest().share = 0;
  newest().heartbeat.enter({ kind: "mutation", path: "slow:disk", args: [{}] }, 0);
  await vi.advanceTimersByTimeAsync(50_000);
  expect(events).toEqual([]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(events).toMatchObject([{ type: "restarted", culprit: null }]);
  expect(newest().data.blames).toEqual([]);
});

it("[ES1] a thread in which a function takes memory without end is ended, and its successor knows", async () => {
  newest().heartbeat.beat();
  newest().heartbeat.enter({ kind: "query", path: "hoards:all", args: [{}] }, 0);
  await vi.advanceTimersByTimeAsync(TICK_MS);
  newest().bytes = 2 ** 30;
  await vi.advanceTimersByTimeAsync(10 * TICK_MS);
  const culprit = { path: "hoards:all", excess: "memory" };
  expect(events).toMatchObject([{ reason: "hoards:all took too much memory", culprit }]);
  expect(newest().data.blames).toMatchObject([culprit]);
});

it("[ES1] a function in which the thread reached its own limit of memory is named", async () => {
  newest().heartbeat.enter({ kind: "query", path: "hoards:all", args: [{}] }, 0);
  newest().die(Object.assign(new Error("heap"), { code: "ERR_WORKER_OUT_OF_MEMORY" }));
  await vi.advanceTimersByTimeAsync(50);
  expect(newest().data.blames).toMatchObject([{ path: "hoards:all", excess: "memory" }]);
});

it("[ES3] a successor gets the code and the environment that were accepted last", async () => {
  await supervisor.load(bundle("second"));
  await supervisor.setEnvironment({ A: undefined, B: "2" });
  newest().refusal = new EmbeddedConvexError("FUNCTIONS_INVALID", "broken");
  await expect(supervisor.load(bundle("third"))).rejects.toThrow("broken");
  await expect(supervisor.setEnvironment({ B: "3" })).rejects.toThrow("broken");
  newest().die(null);
  await vi.advanceTimersByTimeAsync(50);
  expect(newest().data).toMatchObject({ bundle: bundle("second"), environment: { B: "2" } });
  expect(newest().data.environment).not.toHaveProperty("A");
});

it("[CL34] the successor of a thread runs what was pushed to it last", async () => {
  newest().push(bundle("pushed"));
  newest().die(null);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(threads).toHaveLength(2);
  expect(newest().data.bundle).toEqual(bundle("pushed"));
});

it("new code clears old blame", async () => {
  newest().heartbeat.beat();
  newest().heartbeat.enter({ kind: "mutation", path: "loops:inMutation", args: [{}] }, 0);
  await vi.advanceTimersByTimeAsync(4_000);
  await supervisor.load(bundle("second"));
  newest().die(null);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(newest().data.blames).toEqual([]);
});

it("a thread that ends because the engine was closed is not replaced", async () => {
  await supervisor.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(threads).toHaveLength(1);
  expect(events).toEqual([]);
});
