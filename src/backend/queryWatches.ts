/**
 * What the companion watches at Convex, over sockets that reconnect and ask again by themselves. Whoever
 * watches the same as another shares its subscription: somebody's board, conversation and tabs are one.
 * A client looks at all its queries whenever one of them changes, and each new one is a change: with 5,000
 * sockets to be let in that was most of the work. So none has more than QUERIES_PER_CLIENT, and they are
 * the library's lower half, which looks at them once less (BW5).
 */
import { BaseConvexClient } from "convex/browser";
import { getFunctionName, type FunctionReference } from "convex/server";
import type { Value } from "convex/values";
import type { Logger } from "../util/logger.ts";

const QUERIES_PER_CLIENT = 250;

type Args = Record<string, Value>;

/** Objects, since each socket has one, and closures would take three times as much. */
export interface Watcher<R> {
  take(result: R): void;
}

export interface Watch {
  /** The watcher is told nothing more. */
  stop(): void;
}

/** A client and its queries by the tokens that it knows them by. */
interface Lane {
  client: BaseConvexClient;
  queries: Map<string, WatchedQuery>;
}

export interface QueryWatches {
  /** Tells `watcher` each result, the first one included, never at once. */
  watch(query: FunctionReference<"query">, args: Args, watcher: Watcher<unknown>): Watch;
  /** How many are watching. */
  size(): number;
  /** Whether the first socket is open, which stands for those that follow it to the same address. */
  isLive(): boolean;
  close(): Promise<void>;
}

export function createQueryWatches(deps: {
  url: string;
  fetchToken: () => Promise<string>;
  logger: Logger;
}): QueryWatches {
  const lanes = [openLane(deps)];
  const watched = new Map<string, WatchedQuery>();
  let size = 0;

  function open(key: string, name: string, args: Args): WatchedQuery {
    let lane = lanes.find(({ queries }) => queries.size < QUERIES_PER_CLIENT);
    if (lane === undefined) lanes.push((lane = openLane(deps)));
    const one = new WatchedQuery(lane, { name, args, logger: deps.logger, onStop: forget });
    watched.set(key, one);
    return one;
  }

  function forget(one: WatchedQuery): void {
    size -= 1;
    if (one.isWatched) return;
    watched.delete(keyOf(one.name, one.args));
    one.close();
  }

  return {
    watch(query, args, watcher) {
      const name = getFunctionName(query);
      const key = keyOf(name, args);
      const known = watched.get(key);
      const one = known ?? open(key, name, args);
      size += 1;
      return one.add(watcher, known !== undefined);
    },
    size: () => size,
    isLive: () => lanes[0]?.client.connectionState().isWebSocketConnected === true,
    async close() {
      await Promise.all(lanes.map(({ client }) => client.close()));
    },
  };
}

/** What makes two queries the same. Made anew when one is forgotten, rather than kept. */
const keyOf = (name: string, args: Args) => JSON.stringify([name, args]);

/** One subscription, and who shares it. */
class WatchedQuery {
  readonly name: string;
  readonly args: Args;
  readonly #lane: Lane;
  readonly #logger: Logger;
  readonly #onStop: (one: WatchedQuery) => void;
  readonly #token: string;
  readonly #unsubscribe: () => void;
  /** Mostly one: a Set would take five times as much. */
  #watches: readonly OneWatch[] = [];

  /** `onStop`: one of its watches has stopped. */
  constructor(
    lane: Lane,
    deps: { name: string; args: Args; logger: Logger; onStop: (one: WatchedQuery) => void },
  ) {
    this.name = deps.name;
    this.args = deps.args;
    this.#lane = lane;
    this.#logger = deps.logger;
    this.#onStop = deps.onStop;
    const { queryToken, unsubscribe } = lane.client.subscribe(deps.name, deps.args);
    this.#token = queryToken;
    this.#unsubscribe = unsubscribe;
    lane.queries.set(queryToken, this);
  }

  get isWatched(): boolean {
    return this.#watches.length > 0;
  }

  /** `mayBeKnown`: the result may have come already, and is told soon. */
  add(watcher: Watcher<unknown>, mayBeKnown: boolean): Watch {
    const one = new OneWatch(this, watcher);
    this.#watches = this.#watches.concat(one); // a spread leaves room for 16 more
    if (mayBeKnown) queueMicrotask(() => this.#tell([one]));
    return one;
  }

  remove(one: OneWatch): void {
    const left = this.#watches.filter((other) => other !== one);
    if (left.length === this.#watches.length) return;
    this.#watches = left;
    this.#onStop(this);
  }

  tellAll(): void {
    this.#tell(this.#watches);
  }

  #tell(watches: readonly OneWatch[]): void {
    let result: Value | undefined;
    try {
      result = this.#lane.client.localQueryResult(this.name, this.args);
    } catch (error) {
      this.#logger.error({ err: error }, "a watched query failed");
      return;
    }
    if (result === undefined) return; // not answered yet
    for (const one of watches) if (this.#watches.includes(one)) one.watcher.take(result);
  }

  close(): void {
    this.#lane.queries.delete(this.#token);
    this.#unsubscribe();
  }
}

class OneWatch implements Watch {
  readonly #query: WatchedQuery;
  readonly watcher: Watcher<unknown>;

  constructor(query: WatchedQuery, watcher: Watcher<unknown>) {
    this.#query = query;
    this.watcher = watcher;
  }

  stop(): void {
    this.#query.remove(this);
  }
}

function openLane(deps: { url: string; fetchToken: () => Promise<string>; logger: Logger }): Lane {
  const queries = new Map<string, WatchedQuery>();
  const client = new BaseConvexClient(
    deps.url,
    (changed) => {
      for (const token of changed) queries.get(token)?.tellAll();
    },
    {
      skipConvexDeploymentUrlCheck: true, // self-hosted Convex has any address
      expectAuth: true, // nothing is asked before the service identity is known
      logger: clientLog(deps.logger),
    },
  );
  client.setAuth(deps.fetchToken, () => undefined);
  return { client, queries };
}

/** A client's own lines, such as reconnects and the functions' console in development. */
export function clientLog(logger: Logger) {
  const say = (...parts: unknown[]) => logger.debug({ pii: parts }, "convex client");
  const warn = (...parts: unknown[]) => logger.warn({ pii: parts }, "convex client");
  return { logVerbose: say, log: say, warn, error: warn };
}
