/**
 * A directed graph whose edges say why one operation must have come before another. A cycle is a proof
 * that no order of the operations explains what was seen. Nodes are numbers from 0.
 */
export type Reason = "ww" | "wr" | "rw" | "time" | "sent";

type Edge = { from: number; to: number; reason: Reason };

/** A way around: each edge leads to where the next one begins. */
export type Cycle = readonly Edge[];

/** Through so many nodes a shortest cycle is looked for: any would do as proof, a short one is read. */
const MAX_SEARCHES = 200;

export class DependencyGraph {
  readonly #edges: Edge[][] = [];

  addNode(): number {
    return this.#edges.push([]) - 1;
  }

  /** An edge from a node to itself says nothing and is left out. */
  addEdge(from: number, to: number, reason: Reason): void {
    if (from !== to) this.#edges[from]?.push({ from, to, reason });
  }

  /** A short cycle, or null if there is none. */
  findCycle(): Cycle | null {
    const suspects = this.#notSorted();
    let shortest: Cycle | null = null;
    for (const node of [...suspects].slice(0, MAX_SEARCHES)) {
      const cycle = this.#cycleThrough(node, suspects);
      if (cycle !== null && (shortest === null || cycle.length < shortest.length)) shortest = cycle;
    }
    return shortest;
  }

  /** What a topological sort leaves over: the nodes on cycles, and those that only cycles lead to. */
  #notSorted(): ReadonlySet<number> {
    const incoming = this.#edges.map(() => 0);
    for (const { to } of this.#edges.flat()) incoming[to] = (incoming[to] ?? 0) + 1;
    const free = incoming.flatMap((count, node) => (count === 0 ? [node] : []));
    const left = new Set(this.#edges.keys());
    for (let node = free.pop(); node !== undefined; node = free.pop()) {
      left.delete(node);
      for (const { to } of this.#edges[node] ?? []) {
        const count = (incoming[to] ?? 0) - 1;
        incoming[to] = count;
        if (count === 0) free.push(to);
      }
    }
    return left;
  }

  /** Breadth first from `start` until it is met again. */
  #cycleThrough(start: number, within: ReadonlySet<number>): Cycle | null {
    const reachedBy = new Map<number, Edge>();
    const queue = [start];
    for (const node of queue) {
      for (const edge of this.#edges[node] ?? []) {
        if (!within.has(edge.to) || reachedBy.has(edge.to)) continue;
        reachedBy.set(edge.to, edge);
        if (edge.to === start) return pathBack(start, reachedBy);
        queue.push(edge.to);
      }
    }
    return null;
  }
}

function pathBack(start: number, reachedBy: ReadonlyMap<number, Edge>): Cycle {
  const path: Edge[] = [];
  let edge = reachedBy.get(start);
  while (edge !== undefined) {
    path.unshift(edge);
    edge = edge.from === start ? undefined : reachedBy.get(edge.from);
  }
  return path;
}
