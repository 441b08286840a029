import { expect, it } from "vitest";

import type { FunctionLog } from "../functions/logs/functionLog.ts";
import { FunctionLogHistory } from "./functionLogHistory.ts";

const NOW = 1_700_000_000_000;
let requests = 0;

function call(kind: FunctionLog["kind"], lines: string[]): FunctionLog[] {
  const shared = { at: NOW, requestId: String(requests++), path: "m:f", kind } as const;
  return [
    ...lines.map((line) => ({ type: "line", line: `[LOG] ${line}`, ...shared }) as const),
    { type: "end", durationMs: 2, error: null, ...shared },
  ];
}

it("[CL10] a reader gets each entry once and in order, and waits for what is to come", async () => {
  const history = new FunctionLogHistory(NOW);
  for (const event of call("query", ["one", "two"])) history.add(event);
  const first = await history.after(0, 0);
  expect(first.entries).toMatchObject([
    { kind: "Completion", logLines: [{ messages: ["one"] }, { messages: ["two"] }] },
  ]);
  const next = history.after(first.newCursor, 60_000);
  const [line, end] = call("action", ["at once"]);
  history.add(line!);
  const { entries, newCursor } = await next;
  expect(entries).toMatchObject([{ kind: "Progress" }]);
  history.add(end!);
  expect((await history.after(newCursor, 0)).entries).toMatchObject([
    { kind: "Completion", logLines: [] },
  ]);
  const waiting = history.after((await history.after(0, 0)).newCursor, 60_000);
  history.close();
  expect((await waiting).entries).toEqual([]);
});

it("[CL11] the history is bounded in entries and in characters, the newest stay", async () => {
  const history = new FunctionLogHistory(NOW);
  for (let i = 0; i < 1_500; i++)
    for (const event of call("mutation", [`${i}`])) history.add(event);
  const { entries } = await history.after(0, 0);
  expect(entries).toHaveLength(1_000);
  expect(entries.at(-1)?.logLines[0]?.messages).toEqual(["1499"]);
  for (const event of call("mutation", ["x".repeat(5_000_000)])) history.add(event);
  expect((await history.after(0, 0)).entries).toHaveLength(1);
});

it("cursors rise from one engine to its successor", async () => {
  const old = new FunctionLogHistory(NOW);
  for (const event of call("query", [])) old.add(event);
  const { newCursor } = await old.after(0, 0);
  const successor = new FunctionLogHistory(NOW + 1_000);
  for (const event of call("query", [])) successor.add(event);
  expect((await successor.after(newCursor, 0)).entries).toHaveLength(1);
});
