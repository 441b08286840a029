/**
 * The companion's way to Convex, as the service identity, through the public client only. Calls go
 * over HTTP, side by side: on a socket Convex runs a client's mutations one after the other. What is
 * watched goes over one socket, which reconnects and asks again by itself. Whatever keeps a call from
 * being answered becomes NOT_READY (BE1); errors with a code pass through unchanged.
 */
import { ConvexHttpClient } from "convex/browser";
import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { appError, appErrorDataOf } from "../../convex/contract/errors.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import { clientLog, createQueryWatches, type Watch, type Watcher } from "./queryWatches.ts";

/** Longer than any function may run but an action; whoever waits longer has been forgotten. */
const CALL_TIMEOUT_MS = 15_000;
/** A token is renewed this long before it ends, so that no call arrives with a dead one. */
const TOKEN_MARGIN_MS = 60_000;

type Query = FunctionReference<"query">;
type Mutation = FunctionReference<"mutation">;
type Action = FunctionReference<"action">;

export interface ConvexConnection {
  readonly url: string;
  query<F extends Query>(reference: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  /** Not retried: the caller knows whether a repeated call is harmless. */
  mutation<F extends Mutation>(reference: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  action<F extends Action>(reference: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  /** Asks in a person's name, with their access token. */
  queryAs<F extends Query>(
    token: string,
    reference: F,
    args: FunctionArgs<F>,
  ): Promise<FunctionReturnType<F>>;
  /** Tells `watcher` each result, the first one included. */
  watch<F extends Query>(
    reference: F,
    args: FunctionArgs<F>,
    watcher: Watcher<FunctionReturnType<F>>,
  ): Watch;
  /** How many watches there are. */
  watches(): number;
  /** Whether the socket for what is watched is open. */
  isLive(): boolean;
  close(): Promise<void>;
}

export function createConvexConnection(deps: {
  url: string;
  issueServiceToken: () => Promise<ServiceToken>;
  clock: Clock;
  logger: Logger;
}): ConvexConnection {
  const { url, clock, logger } = deps;
  const serviceToken = cachedToken(deps.issueServiceToken, clock);
  const live = createQueryWatches({
    url,
    fetchToken: async () => (await deps.issueServiceToken()).token,
    logger,
  });

  /** A client of its own for each call: clients carry one identity and queue mutations. */
  const asService = async () => httpClient(url, await serviceToken(), logger);

  return {
    url,
    query: async (reference, args) => coded(url, (await asService()).query(reference, args)),
    mutation: async (reference, args) => coded(url, (await asService()).mutation(reference, args)),
    action: async (reference, args) => coded(url, (await asService()).action(reference, args)),
    queryAs: (token, reference, args) =>
      coded(url, httpClient(url, token, logger).query(reference, args)),
    watch: (reference, args, watcher) => live.watch(reference, args, watcher),
    watches: () => live.size(),
    isLive: () => live.isLive(),
    close: () => live.close(),
  };
}

function httpClient(url: string, auth: string, logger: Logger): ConvexHttpClient {
  return new ConvexHttpClient(url, {
    auth,
    skipConvexDeploymentUrlCheck: true,
    logger: clientLog(logger),
    fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(CALL_TIMEOUT_MS) }),
  });
}

type ServiceToken = { token: string; expiresAt: number }; // ms since epoch

/** One token for all calls until a minute before it ends. A failure to issue one is not kept: the next call asks again. */
export function cachedToken(issue: () => Promise<ServiceToken>, clock: Clock) {
  let current: Promise<ServiceToken> | undefined;

  function renew(): Promise<ServiceToken> {
    const issued = issue();
    current = issued;
    issued.catch(() => {
      if (current === issued) current = undefined;
    });
    return issued;
  }

  return async function get(): Promise<string> {
    const held = current ?? renew();
    const { token, expiresAt } = await held;
    if (expiresAt - clock.now() > TOKEN_MARGIN_MS) return token;
    // Of those who find it too old at once, the first renews it for all.
    const renewed = current === undefined || current === held ? renew() : current;
    return (await renewed).token;
  };
}

/** A network failure and a time-out look alike to callers: Convex is not there, try again. */
export async function coded<T>(url: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const isOurs = appErrorDataOf(error) !== undefined;
    const isNetwork =
      error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
    if (isOurs || !isNetwork) throw error;
    throw Object.assign(appError("NOT_READY", `Convex at ${url} cannot be reached.`), {
      cause: error,
    });
  }
}
