/**
 * The companion's way to Redis, through which companions hear each other. It is a convenience and owns
 * no truth: while it is away everybody serves their own people, and nothing here throws or makes anyone
 * wait for long (rule RD5). The only user of the `redis` package.
 */
import { createClient } from "redis";
import { backoffMs } from "../util/backoff.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const RETRY = { baseMs: 100, maxMs: 2_000, random: Math.random };
/** An answer takes a millisecond; whoever waits this long for one goes on without. */
const ANSWER_LIMIT_MS = 1_000;
/** A network that swallows everything is not told by TCP for a quarter of an hour; a new connection finds a way. */
const GIVE_UP_MS = 20_000;
/** What may wait to be taken by a Redis that does not read; beyond, frames are lost. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export interface RedisConnection {
  /** Sends a message to whoever listens on `channel`; dropped while Redis is away. */
  publish(channel: string, message: Buffer): void;
  /**
   * `onOpen` is called when messages begin to arrive, and again whenever some may have been missed.
   * Returns the function that ends it.
   */
  subscribe(channel: string, onMessage: (message: Buffer) => void, onOpen: () => void): () => void;
  /** Runs a script on one key; undefined when Redis is away or does not answer in time. */
  run(script: string, key: string, args: string[]): Promise<unknown>;
  /** Whether it answers. */
  isLive(): boolean;
  close(): void;
}

export interface RedisConnectionDeps {
  url: string;
  clock: Clock;
  logger: Logger;
}

/** Begins to connect and goes on trying; `url` may hold a password and is never logged. */
export function createRedisConnection(deps: RedisConnectionDeps): RedisConnection {
  return new Connection(deps);
}

interface Subscription {
  readonly channel: string;
  readonly onMessage: (message: Buffer) => void;
  readonly onOpen: () => void;
  isOpen: boolean;
}

class Connection implements RedisConnection {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #subscriptions = new Set<Subscription>();
  #waitingBytes = 0;
  #isMute = false;
  #cancelGivingUp: (() => void) | undefined;
  #client: Client;

  constructor({ url, clock, logger }: RedisConnectionDeps) {
    this.#url = url;
    this.#clock = clock;
    this.#logger = logger;
    this.#client = this.#connect();
  }

  #connect(): Client {
    const client = clientFor(this.#url);
    let isTold = false; // of the present outage
    client.on("error", (err: unknown) => {
      if (!isTold)
        this.#logger.warn({ err }, "Redis cannot be reached; boards go on by themselves");
      isTold = true;
    });
    client.on("ready", () => {
      this.#logger.info({}, "Redis is reached; boards are shared with other companions");
      isTold = false;
      this.#unmute();
      this.#openAll();
    });
    client.connect().catch(() => undefined); // only when it is closed before it could connect
    return client;
  }

  #mute(): void {
    if (this.#isMute) return;
    this.#isMute = true;
    this.#logger.warn({}, "Redis does not answer; boards go on by themselves");
    this.#cancelGivingUp = this.#clock.after(GIVE_UP_MS, () => {
      this.#client.destroy();
      for (const one of this.#subscriptions) one.isOpen = false;
      this.#client = this.#connect();
    });
  }

  #unmute(): void {
    this.#isMute = false;
    this.#cancelGivingUp?.();
    this.#cancelGivingUp = undefined;
  }

  isLive(): boolean {
    return this.#client.isReady && !this.#isMute;
  }

  publish(channel: string, message: Buffer): void {
    const bytes = message.byteLength;
    if (!this.#client.isReady || this.#waitingBytes + bytes > MAX_WAITING_BYTES) return;
    this.#waitingBytes += bytes;
    const settle = () => {
      this.#waitingBytes -= bytes;
    };
    this.#client.publish(channel, message).then(settle, settle);
  }

  subscribe(channel: string, onMessage: (message: Buffer) => void, onOpen: () => void) {
    const subscription = { channel, onMessage, onOpen, isOpen: false };
    this.#subscriptions.add(subscription);
    if (this.#client.isReady) this.#open(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
      this.#client.unsubscribe(channel, onMessage, true).catch(() => undefined); // gone with the connection
    };
  }

  #openAll(): void {
    for (const one of this.#subscriptions) this.#open(one);
  }

  /** The client itself renews what was open; what the connection broke under before that, it does not. */
  #open(subscription: Subscription): void {
    const { channel, onMessage, onOpen } = subscription;
    if (subscription.isOpen) {
      onOpen();
      return;
    }
    this.#client.subscribe(channel, onMessage, true).then(
      () => {
        subscription.isOpen = true;
        if (this.#subscriptions.has(subscription)) onOpen();
      },
      (err: unknown) => {
        if (this.#client.isReady) this.#logger.error({ err }, "a Redis channel cannot be heard");
      },
    );
  }

  async run(script: string, key: string, args: string[]): Promise<unknown> {
    if (!this.isLive()) return undefined;
    return await this.#inTime(this.#client.eval(script, { keys: [key], arguments: args }));
  }

  /** Undefined where the call fails or takes too long; the latter is remembered until its answer comes. */
  async #inTime<T>(call: Promise<T>): Promise<T | undefined> {
    let cancel: (() => void) | undefined;
    const tooLate = new Promise<undefined>((resolve) => {
      cancel = this.#clock.after(ANSWER_LIMIT_MS, () => {
        this.#mute();
        resolve(undefined);
      });
    });
    const answer = call.then(
      (value) => {
        this.#hearAgain();
        return value;
      },
      () => undefined, // the connection broke, which its "error" tells
    );
    return await Promise.race([answer, tooLate]).finally(() => cancel?.());
  }

  #hearAgain(): void {
    if (!this.#isMute) return;
    this.#unmute();
    this.#logger.info({}, "Redis answers again");
    this.#openAll(); // too much may have been said to wait for it
  }

  close(): void {
    this.#unmute();
    this.#client.destroy();
  }
}

type Client = ReturnType<typeof clientFor>;

function clientFor(url: string) {
  return createClient({
    url,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (retries) => backoffMs(retries + 1, RETRY),
    },
  });
}
