/**
 * The queries that one socket watches: which changes are waiting for the next Transition, which queries may
 * have a new result, and what was sent last, so that an unchanged result is not sent again.
 */
import type { RequestMetadata } from "../functions/functionCall.ts";
import { inComponent } from "../functions/functionPath.ts";
import type { Identity } from "../functions/identity.ts";
import { Breather } from "./breather.ts";
import type { AddQuery, ModifyQuerySetMessage } from "./clientMessages.ts";
import type { LiveQueries, LiveResult, LiveSnapshot, Subscription } from "./liveQueries.ts";
import { queryModification, queryRemoved } from "./serverMessages.ts";
import { ProtocolFault } from "./socketFault.ts";

/** More live queries than any page has; a peer that asks for more is broken or hostile. */
const MAX_QUERIES = 10_000;
/** Together, so that a few huge ones cannot fill the memory either. */
const MAX_ARGS_CHARS = 64 * 1024 * 1024;
const CONCURRENT_RUNS = 20;

type WatchedQuery = {
  readonly add: AddQuery;
  readonly argsChars: number;
  subscription: Subscription;
  journal: string | null;
  sentBody: string | null;
};

export class QuerySet {
  readonly #live: LiveQueries;
  readonly #request: RequestMetadata;
  readonly #onInvalid: () => void;
  readonly #queries = new Map<number, WatchedQuery>();
  readonly #stale = new Set<number>();
  #pending: ModifyQuerySetMessage["modifications"] = [];
  /** What the next Transition says of removed queries. */
  #removed: string[] = [];
  #argsChars = 0;
  #version = 0;

  /** @param onInvalid called whenever a Transition may have something new to say */
  constructor(live: LiveQueries, request: RequestMetadata, onInvalid: () => void) {
    this.#live = live;
    this.#request = request;
    this.#onInvalid = onInvalid;
  }

  /** The newest version the client announced. */
  get version(): number {
    return this.#version;
  }

  /** Takes note of a change; it becomes real with the next `apply`. @throws ProtocolFault */
  modify(message: ModifyQuerySetMessage): void {
    if (message.baseVersion !== this.#version) {
      throw new ProtocolFault(
        `BaseVersionMismatch: query set base version ${message.baseVersion} does not match ${this.#version}`,
      );
    }
    if (message.newVersion <= message.baseVersion) {
      throw new ProtocolFault("NonIncreasingVersion: query set versions must rise");
    }
    this.#version = message.newVersion;
    this.#pending.push(...message.modifications);
    if (this.#pending.length > MAX_QUERIES) {
      throw new ProtocolFault(`TooManyQueries: at most ${MAX_QUERIES} changes may be pending`);
    }
  }

  /** Makes the pending changes real. @throws ProtocolFault */
  apply(identity: Identity): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const change of pending) {
      if (change.type === "Add") this.#add(change, identity);
      else if (this.#remove(change.queryId)) this.#removed.push(queryRemoved(change.queryId));
    }
  }

  /** Watches everything with another identity from now on. */
  changeIdentity(identity: Identity): void {
    for (const [queryId, query] of this.#queries) {
      query.subscription.close();
      query.subscription = this.#subscribe(query.add, query.journal, identity);
      this.#stale.add(queryId);
    }
  }

  /**
   * Runs what may have changed. Returns the modifications since the last time: removals, and results
   * that differ from what was sent. After a failure the same can be asked again.
   */
  async refresh(snapshot: LiveSnapshot): Promise<string[]> {
    const stale = [...this.#stale];
    this.#stale.clear();
    try {
      const updated = await this.#run(stale, snapshot);
      return [...this.#removed.splice(0), ...updated];
    } catch (error) {
      for (const queryId of stale) if (this.#queries.has(queryId)) this.#stale.add(queryId);
      throw error;
    }
  }

  async #run(queryIds: readonly number[], snapshot: LiveSnapshot): Promise<string[]> {
    const results: { query: WatchedQuery; result: LiveResult }[] = [];
    const queue = queryIds.values();
    const breather = new Breather();
    const worker = async (): Promise<void> => {
      for (const queryId of queue) {
        await breather.breathe();
        const query = this.#queries.get(queryId);
        const result = await query?.subscription.resultAt(snapshot);
        if (query !== undefined && result) results.push({ query, result });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENT_RUNS }, worker));
    const modifications: string[] = [];
    for (const { query, result } of results) {
      query.journal = result.journal;
      if (query.sentBody === result.body) continue;
      query.sentBody = result.body;
      modifications.push(queryModification(query.add.queryId, result.body, result.journal));
    }
    return modifications;
  }

  close(): void {
    for (const query of this.#queries.values()) query.subscription.close();
    this.#queries.clear();
    this.#stale.clear();
    this.#pending = [];
    this.#removed = [];
  }

  #add(add: AddQuery, identity: Identity): void {
    if (this.#queries.has(add.queryId)) {
      throw new ProtocolFault(`DuplicateQueryId: query ${add.queryId} is already watched`);
    }
    const argsChars = JSON.stringify(add.args).length;
    this.#argsChars += argsChars;
    if (this.#queries.size >= MAX_QUERIES || this.#argsChars > MAX_ARGS_CHARS) {
      throw new ProtocolFault(`TooManyQueries: at most ${MAX_QUERIES} queries may be watched`);
    }
    const journal = add.journal ?? null;
    const subscription = this.#subscribe(add, journal, identity);
    this.#queries.set(add.queryId, { add, argsChars, subscription, journal, sentBody: null });
    this.#stale.add(add.queryId);
  }

  #remove(queryId: number): boolean {
    const query = this.#queries.get(queryId);
    if (query === undefined) return false;
    query.subscription.close();
    this.#argsChars -= query.argsChars;
    this.#queries.delete(queryId);
    this.#stale.delete(queryId);
    return true;
  }

  #subscribe(add: AddQuery, journal: string | null, identity: Identity): Subscription {
    const { args, queryId } = add;
    const path = inComponent(add.componentPath ?? "", add.udfPath);
    const request = { path, args, identity, journal, request: this.#request };
    return this.#live.subscribe(request, () => {
      this.#stale.add(queryId);
      this.#onInvalid();
    });
  }
}
