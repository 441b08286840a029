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
import type { MemoryBudget } from "./memoryBudget.ts";
import { queryModification, queryRemoved } from "./serverMessages.ts";
import { ProtocolFault } from "./socketFault.ts";

/** More live queries than any page has; a peer that asks for more is broken or hostile. */
const MAX_QUERIES = 10_000;
const CONCURRENT_RUNS = 20;
/** Of the results in one Transition: several times what a client warns of, and what one text can still hold. */
const MAX_RESULT_CHARS = 128 * 1024 * 1024;

type WatchedQuery = {
  readonly add: AddQuery;
  /** What it holds of the budget. */
  readonly chars: number;
  subscription: Subscription;
  journal: string | null;
  /** Of the result that was sent last. */
  sentDigest: string | null;
};

export class QuerySet {
  readonly #live: LiveQueries;
  readonly #request: RequestMetadata;
  readonly #onInvalid: () => void;
  readonly #budget: MemoryBudget;
  readonly #queries = new Map<number, WatchedQuery>();
  #stale = new Set<number>();
  #pending: ModifyQuerySetMessage["modifications"] = [];
  #pendingChars = 0;
  /** What the next Transition says of removed queries. */
  #removed: string[] = [];
  #version = 0;

  /** @param onInvalid called whenever a Transition may have something new to say */
  constructor(
    deps: { live: LiveQueries; request: RequestMetadata; budget: MemoryBudget },
    onInvalid: () => void,
  ) {
    this.#live = deps.live;
    this.#request = deps.request;
    this.#budget = deps.budget;
    this.#onInvalid = onInvalid;
  }

  /** The newest version the client announced. */
  get version(): number {
    return this.#version;
  }

  /** Whether something has to run for the next Transition. */
  get isStale(): boolean {
    return this.#stale.size > 0;
  }

  /**
   * Takes note of a change; it becomes real with the next `apply`.
   * @param chars size of the message. @throws ProtocolFault, Overload
   */
  modify(message: ModifyQuerySetMessage, chars: number): void {
    if (message.baseVersion !== this.#version) {
      throw new ProtocolFault(
        `BaseVersionMismatch: query set base version ${message.baseVersion} does not match ${this.#version}`,
      );
    }
    if (message.newVersion <= message.baseVersion) {
      throw new ProtocolFault("NonIncreasingVersion: query set versions must rise");
    }
    this.#budget.take(chars);
    this.#pendingChars += chars;
    this.#version = message.newVersion;
    this.#pending.push(...message.modifications);
    if (this.#pending.length > MAX_QUERIES) {
      throw new ProtocolFault(`TooManyQueries: at most ${MAX_QUERIES} changes may be pending`);
    }
  }

  /** Makes the pending changes real. @throws ProtocolFault, Overload */
  apply(identity: Identity): void {
    const pending = this.#takePending();
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
    this.#stale = new Set();
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
    let resultChars = 0;
    const queue = queryIds.values();
    const breather = new Breather();
    const worker = async (): Promise<void> => {
      for (const queryId of queue) {
        await breather.breathe();
        const query = this.#queries.get(queryId);
        const result = await query?.subscription.resultAt(snapshot);
        if (query === undefined || !result) continue;
        results.push({ query, result });
        if (result.digest !== query.sentDigest) resultChars += result.body.length;
        if (resultChars > MAX_RESULT_CHARS) {
          throw new ProtocolFault(
            "TransitionTooLarge: the results are too large to be sent at once",
          );
        }
      }
    };
    const workers = Math.min(queryIds.length, CONCURRENT_RUNS);
    await Promise.all(Array.from({ length: workers }, worker));
    const modifications: string[] = [];
    for (const { query, result } of results) {
      query.journal = result.journal;
      if (query.sentDigest === result.digest) continue;
      query.sentDigest = result.digest;
      modifications.push(queryModification(query.add.queryId, result.body, result.journal));
    }
    return modifications;
  }

  close(): void {
    for (const queryId of this.#queries.keys()) this.#remove(queryId);
    this.#takePending();
    this.#removed = [];
  }

  #takePending(): ModifyQuerySetMessage["modifications"] {
    const pending = this.#pending;
    this.#pending = [];
    this.#budget.giveBack(this.#pendingChars);
    this.#pendingChars = 0;
    return pending;
  }

  #add(add: AddQuery, identity: Identity): void {
    if (this.#queries.has(add.queryId)) {
      throw new ProtocolFault(`DuplicateQueryId: query ${add.queryId} is already watched`);
    }
    if (this.#queries.size >= MAX_QUERIES) {
      throw new ProtocolFault(`TooManyQueries: at most ${MAX_QUERIES} queries may be watched`);
    }
    const chars = JSON.stringify(add).length;
    this.#budget.take(chars);
    const journal = add.journal ?? null;
    const subscription = this.#subscribe(add, journal, identity);
    this.#queries.set(add.queryId, { add, chars, subscription, journal, sentDigest: null });
    this.#stale.add(add.queryId);
  }

  #remove(queryId: number): boolean {
    const query = this.#queries.get(queryId);
    if (query === undefined) return false;
    query.subscription.close();
    this.#budget.giveBack(query.chars);
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
