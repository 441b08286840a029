import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { overlaps } from "../boardOps.ts";
import { placedGraph } from "./graphLayout.ts";

const ids = ["a", "b", "c", "d", "e", "f"];
const node = (id: string) => ({ id, width: 100, height: 40, label: id.toUpperCase() });
const edge = fc.record({ source: fc.constantFrom(...ids), target: fc.constantFrom(...ids) });

test.prop([fc.array(edge, { maxLength: 20 })])(
  "[WD9] every node is placed once and none lies on another, cycles or not",
  (edges) => {
    const { nodes } = placedGraph({ nodes: ids.map(node), edges });
    expect(nodes.map(({ id }) => id).sort()).toEqual(ids);
    for (const a of nodes) for (const b of nodes) if (a !== b) expect(overlaps(a, b)).toBe(false);
  },
);

it("[WD9] what follows stands below", () => {
  const edges = [
    { source: "a", target: "b" },
    { source: "b", target: "c" },
    { source: "a", target: "c" },
  ];
  const { nodes } = placedGraph({ nodes: ["a", "b", "c"].map(node), edges });
  const y = Object.fromEntries(nodes.map((n) => [n.id, n.y]));
  expect(y["a"]).toBeLessThan(y["b"]!);
  expect(y["b"]).toBeLessThan(y["c"]!);
});

it.each([undefined, null, "x", { nodes: "?" }, {}])("[WD9] %j is an empty graph", (spec) => {
  expect(placedGraph(spec)).toEqual({ nodes: [], edges: [], width: 0, height: 0 });
});

it("[BO25] of a graph with far too many edges the first thousand are drawn", () => {
  const many = Array.from({ length: 200 }, (_, i) => node(`n${i}`));
  const edges = Array.from({ length: 30_000 }, (_, i) => ({
    source: `n${i % 200}`,
    target: `n${(i * 7 + 1) % 200}`,
  }));
  expect(placedGraph({ nodes: many, edges }).edges).toHaveLength(1_000);
});
