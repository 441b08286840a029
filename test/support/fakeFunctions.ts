import type { JSONValue } from "convex/values";

import type {
  ActionOutcome,
  FunctionCall,
  MutationCall,
  MutationOutcome,
  QueryCall,
  QueryOutcome,
} from "../../src/embedded/functions/functionCall.ts";
import type { Commit } from "../../src/embedded/store/database.ts";
import { ReadSet, type WrittenKey } from "../../src/embedded/transaction/readSet.ts";

const INDEX = 1;

type Version = { ts: number; value: JSONValue };
type QueryContext = {
  read: (key: string) => JSONValue;
  /** Marks the result as depending on the caller. */
  identity: () => FunctionCall["identity"];
  call: QueryCall;
};
type MutationContext = {
  read: (key: string) => JSONValue;
  write: (key: string, value: JSONValue) => void;
};

/**
 * A function runner over a few versioned keys, for tests of what stands in front of one. Queries wait
 * while `hold()` is in force, so that a test can place commits between their snapshot and their end.
 */
export class FakeFunctions {
  readonly queries: Record<string, (context: QueryContext) => JSONValue> = {};
  readonly mutations: Record<string, (context: MutationContext, args: JSONValue) => JSONValue> = {};
  readonly actions: Record<string, (args: JSONValue) => Promise<JSONValue>> = {};
  /** Paths of the queries that ran, in order. */
  readonly ran: string[] = [];
  readonly #versions = new Map<string, Version[]>();
  readonly #requests = new Map<string, MutationOutcome>();
  readonly #commitListeners = new Set<(commit: Commit) => void>();
  readonly #loadListeners = new Set<() => void>();
  #ts = 1_000_000;
  #held: Promise<void> | null = null;

  latestTs = (): number => this.#ts;

  onCommit = (listener: (commit: Commit) => void): (() => void) => {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  };

  onLoad = (listener: () => void): (() => void) => {
    this.#loadListeners.add(listener);
    return () => this.#loadListeners.delete(listener);
  };

  /** Pretends that new code was loaded. */
  reload(): void {
    for (const listener of this.#loadListeners) listener();
  }

  commit(changes: Record<string, JSONValue>): number {
    const ts = ++this.#ts;
    const writes: WrittenKey[] = [];
    for (const [key, value] of Object.entries(changes)) {
      const versions = this.#versions.get(key) ?? [];
      versions.push({ ts, value });
      this.#versions.set(key, versions);
      writes.push({ index: INDEX, key });
    }
    for (const listener of this.#commitListeners) listener({ ts, writes });
    return ts;
  }

  /** Makes queries wait until the returned function is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held = promise;
    return () => {
      this.#held = null;
      resolve(undefined);
    };
  }

  runQuery = async (call: QueryCall): Promise<QueryOutcome> => {
    const ts = call.ts ?? this.#ts;
    this.ran.push(call.path);
    await this.#held;
    const reads = new ReadSet();
    let usesIdentity = false;
    const context: QueryContext = {
      call,
      read: (key) => {
        reads.add(INDEX, key, `${key}\0`);
        return this.#valueAt(key, ts);
      },
      identity: () => {
        usesIdentity = true;
        return call.identity;
      },
    };
    const query = this.queries[call.path];
    if (query === undefined) {
      const errorMessage = `Could not find public function for '${call.path}'.`;
      return { ok: false, errorMessage, logLines: [], reads, ts, usesIdentity, journal: null };
    }
    const value = query(context);
    const journal = call.journal ?? null;
    return { ok: true, value, logLines: [], reads, ts, usesIdentity, journal };
  };

  runMutation = async (call: MutationCall): Promise<MutationOutcome> => {
    await Promise.resolve();
    const request = JSON.stringify(call.sessionRequest);
    const repeated = call.sessionRequest === undefined ? undefined : this.#requests.get(request);
    if (repeated !== undefined) return repeated;
    const changes: Record<string, JSONValue> = {};
    const context: MutationContext = {
      read: (key) => changes[key] ?? this.#valueAt(key, this.#ts),
      write: (key, value) => (changes[key] = value),
    };
    const mutation = this.mutations[call.path];
    if (mutation === undefined) return { ok: false, errorMessage: "no such", logLines: [] };
    const value = mutation(context, call.args[0] ?? null);
    const outcome: MutationOutcome = { ok: true, value, ts: this.commit(changes), logLines: [] };
    if (call.sessionRequest !== undefined) this.#requests.set(request, outcome);
    return outcome;
  };

  runAction = async (call: FunctionCall): Promise<ActionOutcome> => {
    const action = this.actions[call.path];
    if (action === undefined) return { ok: false, errorMessage: "no such", logLines: [] };
    return { ok: true, value: await action(call.args[0] ?? null), logLines: [] };
  };

  #valueAt(key: string, ts: number): JSONValue {
    const versions = this.#versions.get(key) ?? [];
    return versions.findLast((version) => version.ts <= ts)?.value ?? null;
  }
}
