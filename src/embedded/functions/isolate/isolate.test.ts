/** What the default runtime is like from inside, probed by test/fixtures/convex-projects/chat/convex/runtime.ts. */
import { expect, it } from "vitest";
import {
  errorOf,
  openTestRuntime,
  valueOf,
  SITE_URL,
  writeProject,
} from "../../../../test/support/testRuntime.ts";
import { bundleFunctions } from "../build/bundle.ts";

it("[FI1] nothing of Node is visible but process.env", async () => {
  const { query } = await openTestRuntime();
  expect(valueOf(await query("runtime:globals"))).toEqual({
    process: "object",
    processKeys: "env",
    global: "object",
    require: "undefined",
    Buffer: "undefined",
    setImmediate: "undefined",
    module: "undefined",
    __dirname: "undefined",
    WebSocket: "undefined",
  });
});

it("[FI2] the clock stands still in a query, randomness does not, and the time zone is UTC", async () => {
  const { query } = await openTestRuntime({ now: () => 1_700_000_000_123.4 });
  const seen = valueOf(await query("runtime:clock")) as Record<string, unknown>;
  const [now, time, first, second] = seen["before"] as number[];
  expect([now, time, seen["after"]]).toEqual(Array(3).fill(1_700_000_000_123));
  expect(first).not.toBe(second);
  expect(seen).toMatchObject({ hour: 0 });
  expect(seen["text"]).toBe("Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)");
});

it("[FI3] values of the host are values of the context", async () => {
  const { action } = await openTestRuntime();
  expect(valueOf(await action("runtime:realms"))).toEqual({
    arrayBuffer: true,
    firstByte: 0xba,
    hostError: true,
    notOwn: false,
    clone: true,
    json: true,
    uuid: true,
  });
});

it("[FI4] fetch and timers belong to actions", async () => {
  const { query, mutation, action } = await openTestRuntime();
  expect(errorOf(await query("runtime:fetches"))).toContain(
    "Can't use fetch() in queries and mutations.",
  );
  expect(errorOf(await mutation("runtime:timers"))).toContain(
    "Can't use setTimeout in queries and mutations.",
  );
  expect(errorOf(await mutation("runtime:repeats"))).toContain(
    "Can't use setInterval in queries and mutations.",
  );
  expect(valueOf(await action("runtime:sleeps", { ms: 5 }))).toBe(true);
});

it("[FI5] Web Crypto works in a mutation, though it answers later", async () => {
  const { mutation } = await openTestRuntime();
  expect(valueOf(await mutation("runtime:digest", { text: "abc" }))).toEqual([186, 120, 22, 191]);
});

it("[FI6] awaiting what can never come is an error, not a wait", async () => {
  const { query } = await openTestRuntime();
  expect(errorOf(await query("runtime:never"))).toContain("can never finish");
});

it("[FI7] an endless loop is cut off and the next call runs in a fresh context", async () => {
  const { mutation, query } = await openTestRuntime();
  expect(errorOf(await mutation("runtime:endless"))).toContain(
    "Function execution timed out (maximum duration: 1s)",
  );
  expect(valueOf(await query("nested:value", { name: "a" }))).toBe(0);
});

it("[FI8] environment variables are read, and changing them loads the modules anew", async () => {
  const { query, runner } = await openTestRuntime({ environment: { COLOR: "red" } });
  expect(valueOf(await query("runtime:environment", { name: "COLOR" }))).toBe("red");
  expect(valueOf(await query("runtime:environment", { name: "CONVEX_SITE_URL" }))).toBe(SITE_URL);
  expect(valueOf(await query("runtime:environment", { name: "HOME" }))).toBeNull();
  expect(runner.authConfig()?.providers[0]).toMatchObject({ domain: "https://issuer.example" });
  await runner.environment.set({ COLOR: undefined, ISSUER: "https://other.example" });
  expect(valueOf(await query("runtime:environment", { name: "COLOR" }))).toBeNull();
  expect(runner.authConfig()?.providers[0]).toMatchObject({ domain: "https://other.example" });
  expect(runner.environment.list()).toEqual({ ISSUER: "https://other.example" });
});

it("[FI9] console lines reach the caller and the log in Convex's form", async () => {
  const { query, log } = await openTestRuntime();
  const lines = ["[LOG] 'text' { a: 1 } [ 1, 'two' ]", "[WARN] 'careful'", "[ERROR] 'bad'"];
  expect((await query("runtime:logs")).logLines).toEqual(lines);
  expect(log.flatMap((event) => (event.type === "line" ? [event.line] : []))).toEqual(lines);
});

it("[FI9] a call of a console method that Convex has not fails", async () => {
  const { query } = await openTestRuntime();
  const { logLines } = await query("runtime:measures");
  expect(logLines).toEqual([
    expect.stringMatching(/^\[INFO\] work: \d+ms 'half' { done: 1 }$/),
    expect.stringMatching(/^\[INFO\] work: \d+ms$/),
  ]);
  const tabulated = errorOf(await query("runtime:tabulates"));
  expect(tabulated).toContain("TypeError: console.table is not a function");
});

it("[FI10] an error shows where in the sources it was thrown", async () => {
  const { query } = await openTestRuntime();
  expect(errorOf(await query("runtime:throws"))).toMatch(
    /^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught TypeError: boom\n {4}at handler \(\.\.\/convex\/runtime\.ts:\d+:\d+\)$/,
  );
});

const FAILING_ACTIONS = `
  import { actionGeneric as action } from "convex/server";
  export const throwsInTimer = action({
    args: {},
    handler: () => new Promise(() => setTimeout(() => { throw new RangeError("late"); }, 1)),
  });
  export const aborted = action({
    args: {},
    handler: async () => {
      try {
        await fetch("http://127.0.0.1:1", { signal: AbortSignal.abort() });
      } catch (error) {
        return [error instanceof Error, error instanceof TypeError, error.name];
      }
    },
  });
  export const throwsOddly = action({
    args: { what: v.string() },
    handler: (_, { what }) => {
      if (what === "no text") throw Object.create(null);
      throw Object.defineProperty(new Error("x"), "message", { get() { throw new Error("y"); } });
    },
  });
`;

const DROPPED_PROMISES = `
  import { actionGeneric as action, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
  const later = async () => { await null; throw new RangeError("dropped"); };
  const writes = async (ctx) => {
    await ctx.db.insert("notes", { text: "written" });
    void ctx.db.insert("notes", { _nope: 1 });
    return "ended";
  };
  export const ofEngine = mutation({ handler: writes });
  export const handled = mutation({ handler: async (ctx) => {
    await ctx.db.insert("notes", { _nope: 1 }).catch(() => null);
    const late = ctx.db.insert("notes", { _nope: 1 });
    await ctx.db.query("notes").collect();
    return await late.catch(() => "handled");
  } });
  export const inQuery = query({ handler: async (ctx) => {
    void ctx.db.get("no id");
    return "ended";
  } });
  export const inAction = action({ handler: async () => { void later(); return "ended"; } });
  export const notes = query({ handler: async (ctx) => (await ctx.db.query("notes").collect()).length });
`;
const IN_NODE = `"use node";
  import { actionGeneric as action } from "convex/server";
  const later = async () => { await null; throw new RangeError("dropped"); };
  export const inAction = action({ handler: async () => { void later(); return "ended"; } });
`;

it("[FI13] a failure that nobody handles is the function's own", async () => {
  const functionsDir = await writeProject({ "drops.ts": DROPPED_PROMISES, "node.ts": IN_NODE });
  const { action, mutation, query } = await openTestRuntime({
    bundle: await bundleFunctions({ functionsDir }),
  });
  expect(errorOf(await mutation("drops:ofEngine"))).toContain("_nope");
  expect(errorOf(await query("drops:inQuery"))).toContain("no id");
  for (const path of ["drops:inAction", "node:inAction"]) {
    expect(errorOf(await action(path))).toContain("Uncaught RangeError: dropped");
  }
  expect(valueOf(await mutation("drops:handled"))).toBe("handled");
  expect(valueOf(await query("drops:notes"))).toBe(0);
});

async function openFailingActions() {
  const source = `import { v } from "convex/values";${FAILING_ACTIONS}`;
  const functionsDir = await writeProject({ "failing.ts": source });
  return await openTestRuntime({ bundle: await bundleFunctions({ functionsDir }) });
}

it("[FI11] what a timer throws fails its action and nothing else", async () => {
  const { action } = await openFailingActions();
  expect(errorOf(await action("failing:throwsInTimer"))).toMatch(
    /Uncaught RangeError: late\n.*convex\/failing\.ts/,
  );
});

it("[FI3] an aborted fetch throws an Error", async () => {
  const { action } = await openFailingActions();
  expect(valueOf(await action("failing:aborted"))).toEqual([true, false, "AbortError"]);
});

it("[FI12] a thrown value that cannot be read is a failure like any other", async () => {
  const { action } = await openFailingActions();
  for (const what of ["no text", "no message"]) {
    expect(errorOf(await action("failing:throwsOddly", { what }))).toContain(
      "Uncaught value that cannot be shown",
    );
  }
});

it("[FI15] no code is made of text, in queries and actions", async () => {
  const functionsDir = await writeProject({
    "text.ts": `
      import { actionGeneric as action, queryGeneric as query } from "convex/server";
      const makers = [
        () => eval("1"), () => (0, eval)("1"), () => new Function("return 1"),
        () => (async () => {}).constructor("return 1"),
      ];
      const tried = async () => makers.map((make) => {
        try { return String(make()); } catch (error) { return String(error); }
      });
      export const inQuery = query({ handler: tried });
      export const inAction = action({ handler: tried });`,
  });
  const { query, action } = await openTestRuntime({
    bundle: await bundleFunctions({ functionsDir }),
  });
  const refused = Array(4).fill(
    "EvalError: Code generation from strings disallowed for this context",
  );
  expect(valueOf(await query("text:inQuery"))).toEqual(refused);
  expect(valueOf(await action("text:inAction"))).toEqual(refused);
});

it("[FI16] an inspector runs in the function's realm, in queries and actions", async () => {
  const functionsDir = await writeProject({
    "logs.ts": `
      import { actionGeneric as action, queryGeneric as query } from "convex/server";
      const inspected = (inspect) => ({ [Symbol.for("nodejs.util.inspect.custom")]: inspect });
      const own = async () => {
        const realm = inspected((depth, options, show) =>
          String([options instanceof Object, show instanceof Function]) + show([1]));
        console.log(realm, inspected(() => { throw new Error("no"); }));
      };
      export const inQuery = query({ handler: own });
      export const inAction = action({ handler: own });`,
  });
  const bundle = await bundleFunctions({ functionsDir });
  const { query, action } = await openTestRuntime({ bundle });
  const line = "[LOG] true,true[ 1 ] [unreadable]";
  expect(await query("logs:inQuery")).toMatchObject({ ok: true, logLines: [line] });
  expect(await action("logs:inAction")).toMatchObject({ ok: true, logLines: [line] });
});
