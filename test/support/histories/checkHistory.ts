/**
 * Judges a history: could one database that does one thing after the other, each mutation once, have
 * given these answers, and did every live query end with the truth? Pure.
 *
 * The final state tells the order in which each list was appended to. From it and from what was read
 * follow the dependencies between operations (Adya's, as Elle infers them): `ww` to whoever appended
 * next, `wr` to whoever saw it, `rw` from who did not see it yet to who appended it, `time` from what
 * was over to what had not begun, `sent` from each mutation of a client to its next. Any cycle is an anomaly: a lost update, write skew, a query result
 * that mixes two moments, a client that is taken back in time.
 */
import { DependencyGraph } from "./dependencyGraph.ts";
import type { History, ListEvent, Operation, Recognition } from "./history.ts";

export type AnomalyKind =
  | "duplicate" // one append took effect twice
  | "lost" // what was acknowledged is not there
  | "aborted" // what failed is there
  | "invented" // nobody appended it
  | "unanswered" // a mutation neither took effect nor failed, though its client waited to the end
  | "internal" // a transaction did not see its own write
  | "order" // a list was seen that is no beginning of the final one
  | "cycle" // no order of the operations explains what was seen
  | "total" // money appeared or vanished
  | "flicker" // a client's own counter went back before its eyes
  | "stuck" // a live query is not what it should be when all is quiet
  | "stranger" // a function took its caller for somebody else
  | "expired"; // a token was believed after it had run out

export type Anomaly = { kind: AnomalyKind; detail: string };

export function checkHistory(history: History): Anomaly[] {
  const { operations, final } = history;
  const writers = writersOf(operations);
  const versions = new Map(readsOf(final).map(({ list, values }) => [list, values]));
  return [
    ...checkAppends(operations, versions, writers),
    ...[...operations, final].flatMap((operation) => checkReads(operation, versions)),
    ...checkOrder([...operations, final], versions, writers),
    ...checkTotals([...operations, final], history.total),
    ...history.shown.flatMap(({ client, counts }) => checkShown(client, counts)),
    ...history.recognized.flatMap(checkRecognition),
    ...history.live.flatMap(({ client, query, live, fresh }) =>
      live === fresh
        ? []
        : [{ kind: "stuck" as const, detail: `${client} holds ${live} for ${query}: ${fresh}` }],
    ),
  ];
}

type Versions = ReadonlyMap<string, readonly number[]>;
type Writers = ReadonlyMap<number, Operation>;

function readsOf(operation: Operation) {
  return operation.events.filter((event) => event.kind === "read");
}

function appendsOf(operation: Operation) {
  return operation.events.filter((event) => event.kind === "append");
}

function writersOf(operations: readonly Operation[]): Writers {
  const writers = new Map<number, Operation>();
  for (const operation of operations) {
    for (const { value } of appendsOf(operation)) writers.set(value, operation);
  }
  return writers;
}

function checkAppends(
  operations: readonly Operation[],
  versions: Versions,
  writers: Writers,
): Anomaly[] {
  const anomalies: Anomaly[] = [];
  const found = new Set<string>();
  for (const [list, values] of versions) {
    for (const value of values) {
      const place = `${value} in ${list}`;
      if (found.has(place)) anomalies.push({ kind: "duplicate", detail: place });
      found.add(place);
      const writer = writers.get(value);
      if (writer === undefined) anomalies.push({ kind: "invented", detail: place });
      if (writer?.outcome === "failed") anomalies.push({ kind: "aborted", detail: place });
    }
  }
  for (const operation of operations) {
    if (operation.outcome === "unknown") {
      anomalies.push({ kind: "unanswered", detail: described(operation) });
    }
    if (operation.outcome !== "ok") continue;
    for (const { list, value } of appendsOf(operation)) {
      const place = `${value} in ${list}`;
      if (!found.has(place)) anomalies.push({ kind: "lost", detail: place });
    }
  }
  return anomalies;
}

/** The values of a read without what the transaction itself had appended before; null: it did not see that. */
function withoutOwn(events: readonly ListEvent[], index: number): readonly number[] | null {
  const event = events[index];
  if (event?.kind !== "read") return null;
  const own = events
    .slice(0, index)
    .filter((earlier) => earlier.kind === "append" && earlier.list === event.list)
    .map((earlier) => (earlier.kind === "append" ? earlier.value : 0));
  const start = event.values.length - own.length;
  return own.every((value, i) => event.values[start + i] === value)
    ? event.values.slice(0, start)
    : null;
}

function checkReads(operation: Operation, versions: Versions): Anomaly[] {
  const { events } = operation;
  return events.flatMap((event, index): Anomaly[] => {
    if (event.kind !== "read") return [];
    const seen = withoutOwn(events, index);
    const detail = `${event.list} as [${event.values.join()}], seen by ${described(operation)}`;
    if (seen === null) return [{ kind: "internal", detail }];
    const final = versions.get(event.list) ?? [];
    return seen.every((value, i) => value === final[i]) ? [] : [{ kind: "order", detail }];
  });
}

function checkOrder(
  operations: readonly Operation[],
  versions: Versions,
  writers: Writers,
): Anomaly[] {
  const graph = new DependencyGraph();
  const nodes = new Map(
    operations
      .filter(({ outcome }) => outcome !== "failed")
      .map((operation) => [operation, graph.addNode()]),
  );
  const names = new Map(Array.from(nodes, ([operation, node]) => [node, described(operation)]));
  const nodeOfWriter = (value: number | undefined): number | undefined => {
    const writer = value === undefined ? undefined : writers.get(value);
    return writer === undefined ? undefined : nodes.get(writer);
  };
  for (const values of versions.values()) {
    values.forEach((value, i) => {
      const [writer, next] = [nodeOfWriter(value), nodeOfWriter(values[i + 1])];
      if (writer !== undefined && next !== undefined) graph.addEdge(writer, next, "ww");
    });
  }
  for (const [{ events }, node] of nodes) {
    events.forEach((event, index) => {
      const seen = withoutOwn(events, index);
      if (event.kind !== "read" || seen === null) return;
      const writer = nodeOfWriter(seen.at(-1));
      const next = nodeOfWriter(versions.get(event.list)?.[seen.length]);
      if (writer !== undefined) graph.addEdge(writer, node, "wr");
      if (next !== undefined) graph.addEdge(node, next, "rw");
    });
  }
  addTime(graph, nodes);
  addSent(graph, nodes);
  const cycle = graph.findCycle();
  if (cycle === null) return [];
  const detail = cycle.map(({ from, reason }) => `${names.get(from) ?? "time"} –${reason}→`);
  return [{ kind: "cycle", detail: detail.join(" ") }];
}

/** What was over before another thing began came first: for snapshots, only as far as their own client knew. */
function addTime(graph: DependencyGraph, nodes: ReadonlyMap<Operation, number>): void {
  const all = [...nodes];
  orderInTime(
    graph,
    all,
    all.filter(([{ kind }]) => kind !== "snapshot"),
  );
  for (const client of new Set(all.map(([operation]) => operation.client))) {
    const own = all.filter(([operation]) => operation.client === client);
    orderInTime(
      graph,
      own,
      own.filter(([{ kind }]) => kind === "snapshot"),
    );
  }
}

/** Mutations of one client take effect in the order in which it sent them. */
function addSent(graph: DependencyGraph, nodes: ReadonlyMap<Operation, number>): void {
  const last = new Map<string, number>();
  const mutations = [...nodes].filter(([{ kind }]) => kind === "mutation");
  for (const [{ client }, node] of mutations.sort(([a], [b]) => a.invokedAt - b.invokedAt)) {
    const before = last.get(client);
    if (before !== undefined) graph.addEdge(before, node, "sent");
    last.set(client, node);
  }
}

type Placed = readonly [operation: Operation, node: number];

/** One more node for each end, in a chain: the number of edges stays that of the operations. */
function orderInTime(
  graph: DependencyGraph,
  ending: readonly Placed[],
  beginning: readonly Placed[],
): void {
  const ends = ending
    .filter(([{ completedAt }]) => completedAt < Infinity)
    .map(([operation, node]) => ({ at: operation.completedAt, node, isEnd: true }));
  const begins = beginning.map(([operation, node]) => ({
    ...{ at: operation.invokedAt, node, isEnd: false },
  }));
  let last: number | null = null;
  for (const { node, isEnd } of [...ends, ...begins].sort((a, b) => a.at - b.at)) {
    if (!isEnd) {
      if (last !== null) graph.addEdge(last, node, "time");
      continue;
    }
    const moment = graph.addNode();
    graph.addEdge(node, moment, "time");
    if (last !== null) graph.addEdge(last, moment, "time");
    last = moment;
  }
}

function checkTotals(operations: readonly Operation[], total: number): Anomaly[] {
  return operations.flatMap((operation): Anomaly[] =>
    operation.total === null || operation.total === total
      ? []
      : [{ kind: "total", detail: `${operation.total}, seen by ${described(operation)}` }],
  );
}

function checkRecognition({ client, where, owner, mayBe, hadRunOut }: Recognition): Anomaly[] {
  const detail = `${where} of ${client} ran as ${owner}, who was ${mayBe.join(" or ")}`;
  if (!mayBe.includes(owner)) return [{ kind: "stranger", detail }];
  return hadRunOut ? [{ kind: "expired", detail }] : [];
}

function checkShown(client: string, counts: readonly number[]): Anomaly[] {
  return counts.flatMap((count, i): Anomaly[] => {
    const before = counts[i - 1] ?? count;
    return count >= before
      ? []
      : [{ kind: "flicker", detail: `${client} showed ${before} and then ${count}` }];
  });
}

function described({ kind, client, invokedAt, completedAt }: Operation): string {
  return `${kind} of ${client} at ${invokedAt}..${completedAt}`;
}
