import { expect, it } from "vitest";
import { canvasObject, type BoardView } from "../../../convex/contract/boardOps.ts";
import { TOOLS } from "../../../convex/contract/tools/registry.ts";
import { planWrites } from "./boardWrites.ts";

const EMPTY: BoardView = { objects: new Map() };

it("[WB14] what a drawing plans later lies over what it plans first", () => {
  const card = { title: "Factor", body: "A vector of categories.", source: null, color: null };
  const ops = TOOLS.drawCard.plan(card, EMPTY);
  const writes = planWrites(ops, EMPTY, 1_000);
  const times = writes.map(({ value }) => canvasObject.parse(value).metadata?.drawnAt ?? 0);
  expect(times.length).toBeGreaterThan(2);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
});

it("[BV7] a place that the tutor changes in pixels is no longer one in percent", () => {
  const object = {
    ...{ id: "a", kind: "rect" as const, xPct: 0.5, yPct: 0.5 },
    metadata: { source: "assistant" as const },
  };
  const board: BoardView = { objects: new Map([["a", object]]) };
  const [write] = planWrites([{ type: "update", objectId: "a", changes: { x: 5 } }], board, 0);
  expect(write?.value).toMatchObject({ x: 5, yPct: 0.5 });
  expect(write?.value).not.toHaveProperty("xPct");
});

it("[BV7] of an object's metadata the tutor changes what it names, and takes away what it names null", () => {
  const metadata = { source: "assistant" as const, role: "label", concept: "force", topic: "a" };
  const board: BoardView = {
    objects: new Map([["a", { id: "a", kind: "rect" as const, metadata }]]),
  };
  const changes = { metadata: { concept: "mass", topic: null, source: "user" } };
  const [write] = planWrites([{ type: "update", objectId: "a", changes }], board, 0);
  expect(write?.value?.metadata).toEqual({ source: "assistant", role: "label", concept: "mass" });
});
