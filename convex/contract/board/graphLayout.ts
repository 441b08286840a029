/**
 * Lays a graph out in layers from top to bottom, for `graph_layout` objects, whose spec names nodes
 * and edges but no places. Pure. Good enough for the few dozen nodes a lesson has: the layer of a
 * node is its longest way from a root, and within a layer nodes follow the mean of their parents.
 */
import { z } from "zod";

const LAYER_GAP = 60;
const NODE_GAP = 40;
const MAX_NODES = 200;
/** Further ones are left out: placing takes as many looks at all of them as there are nodes. */
const MAX_EDGES = 1_000;
const MAX_SIDE = 10_000; // board pixels
const MAX_LABEL_CHARS = 2_000;

const zLayoutSpec = z.looseObject({
  nodes: z
    .array(
      z.looseObject({
        id: z.string().max(MAX_LABEL_CHARS),
        width: z.number().positive().max(MAX_SIDE).catch(120),
        height: z.number().positive().max(MAX_SIDE).catch(48),
        label: z.string().max(MAX_LABEL_CHARS).optional().catch(undefined),
      }),
    )
    .max(MAX_NODES),
  edges: z
    .preprocess(
      (edges) => (Array.isArray(edges) ? edges.slice(0, MAX_EDGES) : edges),
      z.array(z.looseObject({ source: z.string(), target: z.string() })),
    )
    .catch([]),
});

export interface PlacedNode {
  id: string;
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlacedGraph {
  nodes: PlacedNode[];
  edges: { from: PlacedNode; to: PlacedNode }[];
  width: number;
  height: number;
}

/** The graph of a `metadata.layoutSpec`, from (0, 0) on; empty when the spec cannot be read. */
export function placedGraph(layoutSpec: unknown): PlacedGraph {
  const spec = zLayoutSpec.safeParse(layoutSpec);
  if (!spec.success) return { nodes: [], edges: [], width: 0, height: 0 };
  const { nodes, edges } = spec.data;
  const layers = layersOf(
    nodes.map(({ id }) => id),
    edges,
  );
  const placed = new Map<string, PlacedNode>();
  let y = 0;
  for (const layer of layers) {
    const members = nodes
      .filter(({ id }) => layer.includes(id))
      .map((node) => ({ ...node, middle: parentsMiddle(node.id, edges, placed) }))
      .sort((a, b) => a.middle - b.middle);
    let x = 0;
    for (const { id, width, height, label } of members) {
      placed.set(id, { id, label: label ?? id, x, y, width, height });
      x += width + NODE_GAP;
    }
    y += Math.max(...members.map(({ height }) => height)) + LAYER_GAP;
  }
  centreLayers(placed);
  return {
    width: Math.max(0, ...[...placed.values()].map((node) => node.x + node.width)),
    height: Math.max(0, ...[...placed.values()].map((node) => node.y + node.height)),
    nodes: [...placed.values()],
    edges: edges.flatMap(({ source, target }) => {
      const [from, to] = [placed.get(source), placed.get(target)];
      return from && to ? [{ from, to }] : [];
    }),
  };
}

type Edge = { source: string; target: string };

function layersOf(ids: string[], edges: readonly Edge[]): string[][] {
  const depth = new Map(ids.map((id) => [id, 0]));
  // as many rounds as nodes: a cycle cannot push its nodes down for ever
  for (let round = 1; round < ids.length; round++) {
    for (const { source, target } of edges) {
      const below = (depth.get(source) ?? 0) + 1;
      if (depth.has(target) && below > (depth.get(target) ?? 0) && below < ids.length) {
        depth.set(target, below);
      }
    }
  }
  const layers: string[][] = [];
  for (const id of ids) (layers[depth.get(id) ?? 0] ??= []).push(id);
  return Object.values(layers); // without the holes that a cycle can leave
}

function parentsMiddle(
  id: string,
  edges: readonly Edge[],
  placed: ReadonlyMap<string, PlacedNode>,
): number {
  const middles = edges
    .filter(({ target }) => target === id)
    .flatMap(({ source }) => {
      const parent = placed.get(source);
      return parent ? [parent.x + parent.width / 2] : [];
    });
  return middles.reduce((sum, middle) => sum + middle, 0) / Math.max(1, middles.length);
}

function centreLayers(placed: ReadonlyMap<string, PlacedNode>): void {
  const nodes = [...placed.values()];
  const rightOf = (layer: PlacedNode[]) => Math.max(...layer.map((node) => node.x + node.width));
  const widest = nodes.length === 0 ? 0 : rightOf(nodes);
  for (const y of new Set(nodes.map((node) => node.y))) {
    const layer = nodes.filter((node) => node.y === y);
    const shift = (widest - rightOf(layer)) / 2;
    for (const node of layer) node.x += shift;
  }
}
