/**
 * The live results of queries, shared by all sockets. Knows no frames and no sockets: a subscriber asks for
 * the result at a timestamp and is told when the result it holds has stopped being true.
 *
 * LQ1 A result given for timestamp T is what the function returns on the snapshot at T.
 * LQ2 A commit wakes exactly the queries whose read set it touches; nothing else runs again.
 * LQ3 Subscribers share one run if they ask for the same function, arguments and page end; and, when
 *     the function asked who calls, the same identity. A result that depends on one caller never
 *     reaches another.
 * LQ4 A query runs again with the journal of its last run, so pages keep their ends.
 */
import { hash } from "node:crypto";

import type { JSONValue } from "convex/values";

import type { QueryCall, QueryOutcome, RequestMetadata } from "../functions/functionCall.ts";
import { identityKey, reachOf, type Identity } from "../functions/identity.ts";
import type { Commit } from "../store/database.ts";
import { Few } from "../transaction/few.ts";
import { SubscriptionIndex } from "../transaction/subscriptionIndex.ts";
import { CommitLog } from "./commitLog.ts";
import { ResultShelf } from "./resultShelf.ts";
import { resultBody } from "./serverMessages.ts";

export type QueryRequest = {
  path: string;
  args: JSONValue[];
  identity: Identity;
  /** The page end that the client saw last, so that a reconnect does not move it. */
  journal: string | null;
  request: RequestMetadata;
};

/**
 * What a subscriber gets: the serialised result, shared between all who asked the same. Whoever wants to
 * know later whether another result differs keeps the digest, which is short.
 */
export type LiveResult = { body: string; digest: string; journal: string | null };

/** The newest commit at the time of asking; results at `ts` can be had until it is closed. */
export type LiveSnapshot = { readonly ts: number; close(): void };

export type LiveQueriesDeps = {
  runQuery(call: QueryCall): Promise<QueryOutcome>;
  latestTs(): number;
  onCommit(listener: (commit: Commit) => void): () => void;
  /** New code or environment: every result may differ. */
  onLoad(listener: () => void): void;
  /** How many characters of results are kept for whoever asks next. */
  maxShelvedChars?: number;
};

/** The run of a query: at which time, on which code, and what its result holds for. */
type Run = { ts: number; generation: number; usesIdentity: boolean; journal: string | null };
type Evaluation = LiveResult & { run: Run };

/** One shared query. The result of `current` is true from `current.ts` until `invalidSince` (null: until now). */
type LiveQuery = {
  readonly request: QueryRequest;
  readonly keys: Few<string>;
  readonly subscribers: Few<Subscription>;
  journal: string | null;
  runs: number;
  current: Run | null;
  invalidSince: number | null;
  running: { ts: number; done: Promise<Evaluation> } | null;
};

export class LiveQueries {
  readonly #deps: LiveQueriesDeps;
  readonly #index = new SubscriptionIndex<LiveQuery>();
  readonly #commits = new CommitLog();
  readonly #shelf: ResultShelf<LiveQuery, Evaluation>;
  readonly #queries = new Set<LiveQuery>();
  readonly #byKey = new Map<string, LiveQuery>();
  /** Functions seen to ask who calls: their queries are kept apart by identity from the start. */
  readonly #identityPaths = new Set<string>();
  #generation = 0;

  constructor(deps: LiveQueriesDeps) {
    this.#deps = deps;
    this.#shelf = new ResultShelf(deps.maxShelvedChars);
    deps.onCommit((commit) => {
      this.#commits.append(commit);
      for (const query of this.#index.touched(commit.writes)) invalidate(query, commit.ts);
    });
    deps.onLoad(() => this.#forgetResults());
  }

  openSnapshot(): LiveSnapshot {
    const ts = this.#deps.latestTs();
    return { ts, close: this.#commits.keepSince(ts) };
  }

  /** @param onInvalid called, never from within `resultAt`, when the last result stopped being true */
  subscribe(request: QueryRequest, onInvalid: () => void): Subscription {
    const subscription = new Subscription(this, request, onInvalid);
    this.#join(subscription);
    return subscription;
  }

  stats(): { subscriptions: number; queries: number } {
    let subscriptions = 0;
    for (const query of this.#queries) subscriptions += query.subscribers.size;
    return { subscriptions, queries: this.#queries.size };
  }

  /** Used by `Subscription` alone. */
  async resultAt(subscription: Subscription, ts: number): Promise<LiveResult | null> {
    for (;;) {
      if (subscription.isClosed) return null; // joining again would keep the query alive for nobody
      const query = subscription.query ?? this.#join(subscription);
      const held = holdsAt(query, ts) ? this.#shelf.get(query) : undefined;
      const result = held ?? (await this.#runAt(query, ts));
      const { run } = result;
      if (run.generation !== this.#generation) continue; // the code changed while it ran
      if (run.usesIdentity && !isSameCaller(query.request, subscription.request)) {
        this.leave(subscription);
        continue;
      }
      if (query.current === run && holdsAt(query, ts)) return result;
      if (run.ts !== ts) continue; // a later run took the place of the one that was waited for
      queueMicrotask(() => subscription.onOvertaken());
      return result;
    }
  }

  /** Used by `Subscription` alone. */
  leave(subscription: Subscription): void {
    const { query } = subscription;
    subscription.query = null;
    if (query === null) return;
    query.subscribers.delete(subscription);
    if (query.subscribers.size > 0) return;
    this.#queries.delete(query);
    this.#index.remove(query);
    this.#shelf.remove(query);
    for (const key of query.keys) if (this.#byKey.get(key) === query) this.#byKey.delete(key);
  }

  #join(subscription: Subscription): LiveQuery {
    const { request } = subscription;
    const key = this.#keyOf(request, request.journal);
    let query = this.#byKey.get(key);
    if (query === undefined || !canJoin(query, request.journal)) {
      query = newQuery(request, key);
      this.#byKey.set(key, query);
      this.#queries.add(query);
    }
    query.subscribers.add(subscription);
    subscription.query = query;
    return query;
  }

  #keyOf(request: QueryRequest, journal: string | null): string {
    const whose = this.#identityPaths.has(request.path)
      ? identityKey(request.identity)
      : // Even a function that asks nobody's name is not within everybody's reach.
        reachOf(request.identity);
    return JSON.stringify([request.path, request.args, journal, whose]);
  }

  /** Starts a run at `ts`, or joins the one that is under way; that one may be for an older commit. */
  #runAt(query: LiveQuery, ts: number): Promise<Evaluation> {
    const { running } = query;
    if (running !== null && running.ts <= ts) return running.done;
    if (running !== null) return this.#evaluate(query, ts);
    const done = this.#evaluate(query, ts).finally(() => (query.running = null));
    query.running = { ts, done };
    return done;
  }

  async #evaluate(query: LiveQuery, ts: number): Promise<Evaluation> {
    const generation = this.#generation;
    const { path, args, identity, request } = query.request;
    const { journal } = query;
    const outcome = await this.#deps.runQuery({ path, args, identity, request, ts, journal });
    const { usesIdentity } = outcome;
    const body = resultBody(outcome);
    const run = { ts, generation, usesIdentity, journal: outcome.journal };
    const evaluation = { body, digest: hash("sha256", body, "base64"), journal: run.journal, run };
    if (generation === this.#generation) this.#adopt(query, evaluation, outcome);
    return evaluation;
  }

  #adopt(query: LiveQuery, evaluation: Evaluation, outcome: QueryOutcome): void {
    const { run } = evaluation;
    if (run.usesIdentity) this.#identityPaths.add(query.request.path);
    if (!this.#queries.has(query)) return; // everybody left while it ran
    if (query.current !== null && query.current.ts > run.ts) return;
    query.runs += 1;
    query.current = run;
    this.#shelf.put(query, evaluation);
    query.journal = evaluation.journal;
    query.invalidSince = null;
    this.#index.add(query, outcome.reads);
    const key = this.#keyOf(query.request, evaluation.journal);
    if (!this.#byKey.has(key)) {
      this.#byKey.set(key, query);
      query.keys.add(key);
    }
    // Commits that came while it ran could not wake it: nobody knew yet what it reads.
    const touchedAt = this.#commits.firstTouching(outcome.reads, run.ts);
    if (touchedAt !== null) invalidate(query, touchedAt);
  }

  #forgetResults(): void {
    this.#generation += 1;
    this.#identityPaths.clear();
    this.#shelf.clear();
    for (const query of this.#queries) {
      query.current = null;
      query.invalidSince = null;
      this.#index.remove(query);
      for (const subscription of query.subscribers) subscription.onInvalid();
    }
  }
}

/** One subscriber of one query. */
export class Subscription {
  readonly request: QueryRequest;
  readonly onInvalid: () => void;
  /** Managed by `LiveQueries`. */
  query: LiveQuery | null = null;
  isClosed = false;
  readonly #owner: LiveQueries;

  constructor(owner: LiveQueries, request: QueryRequest, onInvalid: () => void) {
    this.#owner = owner;
    this.request = request;
    this.onInvalid = onInvalid;
  }

  /**
   * The result at a snapshot that is still open; null if the subscription was closed meanwhile.
   * @throws what the function runner throws when the engine itself fails
   */
  resultAt(snapshot: LiveSnapshot): Promise<LiveResult | null> {
    return this.#owner.resultAt(this, snapshot.ts);
  }

  /** It got a result that is not the newest: nothing else would tell it so. */
  onOvertaken(): void {
    if (!this.isClosed) this.onInvalid();
  }

  close(): void {
    this.isClosed = true;
    this.#owner.leave(this);
  }
}

function newQuery(request: QueryRequest, key: string): LiveQuery {
  return {
    request,
    keys: new Few(key),
    subscribers: new Few(),
    journal: request.journal,
    runs: 0,
    current: null,
    invalidSince: null,
    running: null,
  };
}

function invalidate(query: LiveQuery, since: number): void {
  if (query.invalidSince !== null) return; // those who hold the result have been told
  query.invalidSince = since;
  for (const subscription of query.subscribers) subscription.onInvalid();
}

/** Whether a newcomer with this journal would get from `query` what a run of its own would give. */
function canJoin(query: LiveQuery, journal: string | null): boolean {
  if (query.current === null) return query.journal === journal;
  if (query.current.journal === journal) return true;
  return query.runs === 1 && query.invalidSince === null;
}

function holdsAt(query: LiveQuery, ts: number): boolean {
  if (query.current === null || query.current.ts > ts) return false;
  return query.invalidSince === null || ts < query.invalidSince;
}

function isSameCaller(left: QueryRequest, right: QueryRequest): boolean {
  return identityKey(left.identity) === identityKey(right.identity);
}
