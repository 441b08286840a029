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
type OnResult = (result: unknown) => void;

interface Watched {
  name: string;
  args: Args;
  client: BaseConvexClient;
  listeners: Set<OnResult>;
  stop: () => void;
}

/** A client and its queries by the tokens that it knows them by. */
interface Lane {
  client: BaseConvexClient;
  queries: Map<string, Watched>;
}

export interface QueryWatches {
  /** Calls back with each result, the first one included, never at once; returns what stops it. */
  watch(query: FunctionReference<"query">, args: Args, onResult: OnResult): () => void;
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
  const { logger } = deps;
  const lanes = [openLane(deps)];
  const watched = new Map<string, Watched>();
  let size = 0;

  function open(key: string, name: string, args: Args): Watched {
    let lane = lanes.find(({ queries }) => queries.size < QUERIES_PER_CLIENT);
    if (lane === undefined) lanes.push((lane = openLane(deps)));
    const { client, queries } = lane;
    const { queryToken, unsubscribe } = client.subscribe(name, args);
    const stop = () => {
      watched.delete(key);
      queries.delete(queryToken);
      unsubscribe();
    };
    const one: Watched = { name, args, client, listeners: new Set(), stop };
    watched.set(key, one);
    queries.set(queryToken, one);
    return one;
  }

  return {
    watch(query, args, onResult) {
      const name = getFunctionName(query);
      const key = JSON.stringify([name, args]);
      const known = watched.get(key);
      const one = known ?? open(key, name, args);
      const listener: OnResult = (result) => onResult(result); // its own, should one listen twice
      one.listeners.add(listener);
      size += 1;
      if (known !== undefined) {
        queueMicrotask(() => {
          if (one.listeners.has(listener)) tell(one, [listener], logger);
        });
      }
      return () => {
        if (!one.listeners.delete(listener)) return;
        size -= 1;
        if (one.listeners.size === 0) one.stop();
      };
    },
    size: () => size,
    isLive: () => lanes[0]?.client.connectionState().isWebSocketConnected === true,
    async close() {
      await Promise.all(lanes.map(({ client }) => client.close()));
    },
  };
}

function openLane(deps: { url: string; fetchToken: () => Promise<string>; logger: Logger }): Lane {
  const queries = new Map<string, Watched>();
  const client = new BaseConvexClient(
    deps.url,
    (changed) => {
      for (const token of changed) {
        const one = queries.get(token);
        if (one !== undefined) tell(one, [...one.listeners], deps.logger);
      }
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

function tell({ client, name, args }: Watched, listeners: readonly OnResult[], logger: Logger) {
  let result: Value | undefined;
  try {
    result = client.localQueryResult(name, args);
  } catch (error) {
    logger.error({ err: error }, "a watched query failed");
    return;
  }
  if (result === undefined) return; // not answered yet
  for (const listener of listeners) listener(result);
}

/** A client's own lines, such as reconnects and the functions' console in development. */
export function clientLog(logger: Logger) {
  const say = (...parts: unknown[]) => logger.debug({ pii: parts }, "convex client");
  const warn = (...parts: unknown[]) => logger.warn({ pii: parts }, "convex client");
  return { logVerbose: say, log: say, warn, error: warn };
}
