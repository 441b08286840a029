/**
 * One stock client that works at random, as changing users, and records what it was told: the answers to
 * its mutations, actions and queries, and after every Transition all that it holds. Its own counter is the
 * only thing it shows with optimistic updates.
 */
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import {
  getFunctionName,
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
} from "convex/server";
import { convexToJson, type Value } from "convex/values";
import * as prng from "lib0/prng";
import { WebSocket } from "ws";

import { api } from "../../fixtures/convex-projects/histories/convex/_generated/api.js";
import type { ListEvent, LiveResult, Operation } from "./history.ts";
import { HistoryUser, NOBODY, type Moment } from "./historyUser.ts";
import type { Recorder } from "./recorder.ts";
import type { TokenIssuer } from "./tokenIssuer.ts";
import { ACCOUNTS, eventsOf, type Workload } from "./workload.ts";

export type HistoryClientOptions = {
  name: string;
  /** Where its socket goes. */
  address: string;
  /** Where one-shot queries go; null while the engine is known to be down. */
  engineAddress: () => string | null;
  random: prng.PRNG;
  workload: Workload;
  recorder: Recorder;
  issuer: TokenIssuer;
  /** Else it stays nobody. */
  signsIn: boolean;
  /** Comes back at once after a cut, as a browser does when it hears that the network is there again. */
  reconnectsAtOnce: boolean;
};

const MAX_LISTS_WATCHED = 4;

export class HistoryClient {
  readonly #options: HistoryClientOptions;
  readonly #client: ConvexClient;
  readonly #user: HistoryUser;
  /** Asks what live queries should say, as the same user, when all is over. */
  #fresh: ConvexHttpClient | null = null;
  readonly #watched = new Map<string, () => void>();
  readonly #counter: string;
  /** Counting mutations under way, and the connection on which each was sent first. */
  readonly #counting = new Map<Operation, number>();
  #shown: number[][] = [[]];

  constructor(options: HistoryClientOptions) {
    this.#options = options;
    this.#counter = options.name;
    this.#client = new ConvexClient(options.address, {
      logger: false,
      webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    if (options.reconnectsAtOnce) reconnectAtOnce(this.#client);
    this.#user = new HistoryUser(this.#client, options.issuer, options.random);
    this.#client.client.addOnTransitionHandler(() => {
      this.#recordSnapshot();
      this.#recordShown();
    });
    for (const name of ACCOUNTS) this.#subscribe(api.accounts.balance, { name });
    this.#subscribe(api.lists.counted, { counter: this.#counter });
    this.#subscribe(api.notes.mine, this.#ofThisHistory);
  }

  /** What it showed of its counter, cut wherever a reconnect allows a step back. */
  get shown(): { client: string; counts: readonly number[] }[] {
    return this.#shown.map((counts) => ({ client: this.#options.name, counts }));
  }

  /** Does so many things, one after the other. Several may run side by side. */
  async work(operations: number): Promise<void> {
    for (let i = 0; i < operations; i++) {
      const draw = this.#options.random.next();
      if (draw < 0.45) await this.#transact();
      else if (draw < 0.57) await this.#act();
      else if (draw < 0.67) await this.#keep();
      else if (draw < 0.79) await this.#count();
      else if (draw < 0.9) await this.#query();
      else if (draw < 0.95 || !this.#options.signsIn) this.#watchOther();
      else await this.#user.change();
    }
  }

  /** Stays from now on who it is. */
  async settle(engineAddress: string): Promise<void> {
    const token = await this.#user.settle();
    this.#fresh = new ConvexHttpClient(engineAddress, { logger: false });
    if (token !== null) this.#fresh.setAuth(token);
  }

  /** What it holds now, beside what the engine says when asked anew. After `settle`. */
  async liveResults(): Promise<LiveResult[]> {
    const live: [FunctionReference<"query">, Record<string, Value>][] = [
      ...ACCOUNTS.map((name) => [api.accounts.balance, { name }] as const),
      ...[...this.#watched.keys()].map((list) => [api.lists.read, { list }] as const),
      [api.lists.counted, { counter: this.#counter }],
      [api.notes.mine, this.#ofThisHistory],
    ].map(([query, args]) => [query as FunctionReference<"query">, args as Record<string, Value>]);
    return await Promise.all(
      live.map(async ([query, args]) => ({
        client: this.#options.name,
        query: `${getFunctionName(query)} ${JSON.stringify(args)}`,
        live: asJson(this.#held(query, args)),
        fresh: asJson((await this.#fresh?.query(query, args)) as Value),
      })),
    );
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #transact(): Promise<void> {
    const { recorder, workload, random, name } = this.#options;
    const steps = workload.steps(random);
    const operation = recorder.begin("mutation", name, eventsOf(steps, null));
    try {
      const seen = await this.#client.mutation(api.lists.transact, { steps });
      recorder.end(operation, "ok", { events: eventsOf(steps, seen) });
      this.#recordSnapshot(); // the effects must be in what the client holds
    } catch {
      recorder.end(operation, "failed");
    }
  }

  /** An action that calls two mutations; when the socket breaks meanwhile it is not sent again. */
  async #act(): Promise<void> {
    const { recorder, workload, random, name } = this.#options;
    const parts = [workload.steps(random), workload.steps(random)];
    const actor = `an action of ${name} at ${recorder.now()}`;
    const called = parts.map((steps) => ({
      ...{ steps, operation: recorder.begin("mutation", actor, eventsOf(steps, null)) },
    }));
    try {
      const seen = await this.#client.action(api.work.act, { parts });
      called.forEach(({ steps, operation }, i) => {
        const saw = seen[i];
        if (saw === undefined) recorder.end(operation, "failed");
        else recorder.end(operation, "ok", { events: eventsOf(steps, saw) });
      });
    } catch {
      for (const { operation } of called) recorder.lose(operation);
    }
  }

  async #keep(): Promise<void> {
    const { recorder, workload, name } = this.#options;
    const value = workload.nextValue();
    const operation = recorder.begin("mutation", name, []);
    const sentAt = this.#user.now();
    try {
      const owner = await this.#client.mutation(api.notes.keep, { ...this.#ofThisHistory, value });
      const events = [{ kind: "append" as const, list: workload.listOf(owner), value }];
      recorder.end(operation, "ok", { events });
      this.#recognize("mutation", owner, sentAt);
      this.#user.answeredAs(owner, sentAt);
    } catch {
      recorder.end(operation, "failed"); // others were faster each time
    }
  }

  async #count(): Promise<void> {
    const { recorder, name } = this.#options;
    const counter = this.#counter;
    const operation = recorder.begin("mutation", name, []);
    this.#counting.set(operation, this.#client.connectionState().connectionCount);
    await this.#client.mutation(
      api.lists.transact,
      { steps: [{ kind: "count", counter }] },
      {
        optimisticUpdate: (store) => {
          const count = store.getQuery(api.lists.counted, { counter });
          if (count !== undefined) store.setQuery(api.lists.counted, { counter }, count + 1);
        },
      },
    );
    this.#counting.delete(operation);
    recorder.end(operation, "ok");
  }

  async #query(): Promise<void> {
    const { recorder, workload, random, name } = this.#options;
    const address = this.#options.engineAddress();
    if (address === null) return;
    const lists = [workload.anyList(random), workload.anyList(random)];
    const operation = recorder.begin("query", `${name} over HTTP`, []);
    try {
      const client = new ConvexHttpClient(address, { logger: false });
      const { lists: values, total } = await client.query(api.lists.readAll, { lists });
      const events = lists.map((list, i) => readEvent(list, values[i] ?? []));
      recorder.end(operation, "ok", { events, total });
    } catch {
      recorder.forget(operation); // the engine went down meanwhile
    }
  }

  #watchOther(): void {
    const { workload, random } = this.#options;
    const [oldest, unsubscribe] = this.#watched.entries().next().value ?? [];
    if (oldest !== undefined && this.#watched.size >= MAX_LISTS_WATCHED) {
      unsubscribe?.();
      this.#watched.delete(oldest);
    }
    const list = workload.anyList(random);
    if (!this.#watched.has(list)) {
      this.#watched.set(list, this.#subscribe(api.lists.read, { list }));
    }
  }

  #subscribe<Query extends FunctionReference<"query">>(
    query: Query,
    args: FunctionArgs<Query>,
  ): () => void {
    const unsubscribe = this.#client.onUpdate(query, args, ignore, ignore);
    return () => unsubscribe();
  }

  get #ofThisHistory(): { history: string } {
    return { history: this.#options.workload.name };
  }

  /** @param sentAt if it was asked once; else it is live */
  #recognize(where: string, owner: string, sentAt: Moment | null = null): void {
    const mayBe = sentAt === null ? this.#user.mayBe : this.#user.mayHaveBeen(sentAt);
    const hadRunOut = sentAt !== null && owner !== NOBODY && this.#user.hadRunOut(sentAt);
    const { recorder, name } = this.#options;
    recorder.recognized.push({ client: name, where, owner, mayBe, hadRunOut });
  }

  /** The client's result of a live query; undefined while there is none. */
  #held(query: FunctionReference<"query">, args: Record<string, Value>): Value | undefined {
    return this.#client.client.localQueryResult(getFunctionName(query), args);
  }

  #recordSnapshot(): void {
    const { recorder, name } = this.#options;
    const events: ListEvent[] = [];
    for (const list of this.#watched.keys()) {
      const values = this.#held(api.lists.read, { list }) as number[] | undefined;
      if (values !== undefined) events.push(readEvent(list, values));
    }
    const mine = this.#held(api.notes.mine, this.#ofThisHistory) as
      FunctionReturnType<typeof api.notes.mine> | undefined;
    if (mine !== undefined) {
      events.push(readEvent(this.#options.workload.listOf(mine.owner), mine.values));
      this.#recognize("live query", mine.owner);
      this.#user.seenAs(mine.owner);
    }
    const balances = ACCOUNTS.map((account) => this.#held(api.accounts.balance, { name: account }));
    const total = balances.includes(undefined)
      ? null
      : balances.reduce<number>((sum, balance) => sum + Number(balance), 0);
    const snapshot = recorder.begin("snapshot", name, events);
    recorder.end(snapshot, "ok", { total });
  }

  /**
   * A mutation that was sent again after a reconnect may show twice for a moment, in Convex too: its
   * effect is in the first results of the new socket, and its answer still on the way.
   */
  #recordShown(): void {
    const count = this.#held(api.lists.counted, { counter: this.#counter });
    const { connectionCount } = this.#client.connectionState();
    const isResent = [...this.#counting.values()].some((since) => since < connectionCount);
    if (isResent && this.#shown.at(-1)?.length !== 0) this.#shown.push([]);
    if (!isResent && typeof count === "number") this.#shown.at(-1)?.push(count);
  }
}

function readEvent(list: string, values: readonly number[]): ListEvent {
  return { kind: "read", list, values };
}

function asJson(value: Value | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(convexToJson(value));
}

function ignore(): void {
  // What changed is read from the client after each Transition, all of it at once.
}

/** Calls what the client itself calls on the browser's `online` event. */
function reconnectAtOnce(client: ConvexClient): void {
  const { webSocketManager } = client.client as unknown as {
    webSocketManager: { tryReconnectImmediately(): void };
  };
  client.client.subscribeToConnectionState(({ isWebSocketConnected }) => {
    if (!isWebSocketConnected) setImmediate(() => webSocketManager.tryReconnectImmediately());
  });
}
