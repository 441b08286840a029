import fc from "fast-check";
import { expect, it } from "vitest";

import { DependencyGraph } from "./dependencyGraph.ts";

const NODES = 8;

it("[HI3] a cycle is found exactly if there is one, and it closes", () => {
  const edges = fc.array(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES - 1)), { maxLength: 20 });
  fc.assert(
    fc.property(edges, (drawn) => {
      const graph = new DependencyGraph();
      for (let i = 0; i < NODES; i++) graph.addNode();
      for (const [from, to] of drawn) graph.addEdge(from, to, "ww");
      const cycle = graph.findCycle();
      expect(cycle !== null).toBe(hasCycle(drawn));
      cycle?.forEach(({ from, to }, i) => {
        expect(drawn).toContainEqual([from, to]);
        expect(cycle[(i + 1) % cycle.length]!.from).toBe(to);
      });
    }),
  );
});

/** By brute force: some node reaches itself over at least one other. */
function hasCycle(edges: readonly (readonly [number, number])[]): boolean {
  const reaches = Array.from({ length: NODES }, () => new Set<number>());
  for (let round = 0; round < NODES; round++) {
    for (const [from, to] of edges) {
      if (from === to) continue;
      reaches[from]!.add(to);
      for (const further of reaches[to]!) reaches[from]!.add(further);
    }
  }
  return reaches.some((reached, node) => reached.has(node));
}
