/**
 * Stock clients that write, schedule and upload without pause, whatever happens to the engine, and keep a
 * record of what they were promised.
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { ConvexClient } from "convex/browser";
import { WebSocket } from "ws";

import { add, planJob, uploadUrl } from "./chaosFunctions.ts";
import { Ledger, type Write } from "./ledger.ts";

/** What the lanes of one writer do: each has one thing under way at a time. */
const LANES = ["add", "add", "planJob", "upload"] as const;
const MAX_FILE_BYTES = 32 * 1024;
const PAUSE_AFTER_REFUSAL_MS = 50;

/** What was acknowledged. */
export class Promised {
  readonly writes = new Ledger();
  readonly jobs = new Ledger();
  /** Digests in base64, by storage id. */
  readonly files = new Map<string, string>();
  /** Refusals, by what was said. */
  readonly refusals = new Map<string, number>();

  get count(): number {
    return this.writes.acknowledged + this.jobs.acknowledged + this.files.size;
  }

  refuse(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }
}

export type Writers = {
  /** Whatever is written from now on belongs to this round. */
  round: number;
  /** Resolves after so many further acknowledgements. */
  acknowledged(count: number): Promise<void>;
  /** Resolves when everything under way has been answered. */
  stop(): Promise<void>;
};

export function startWriters(address: string, count: number, promised: Promised): Writers {
  let isWriting = true;
  let waiting = { remaining: Infinity, resolve: (): void => undefined };
  const writers: Writers = {
    round: 0,
    acknowledged: (remaining) =>
      new Promise((resolve) => {
        waiting = { remaining, resolve };
      }),
    async stop() {
      isWriting = false;
      await Promise.all(lanes);
      await Promise.all(clients.map((client) => client.close()));
    },
  };

  async function work(client: ConvexClient, writer: number, lane: number): Promise<void> {
    for (let i = 0; isWriting; i++) {
      const wanted = { round: writers.round, writer, sequence: i * LANES.length + lane };
      try {
        await perform(client, LANES[lane] ?? "add", wanted, promised);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        promised.refuse(reasonOf(error));
        await sleep(PAUSE_AFTER_REFUSAL_MS);
        continue;
      }
      waiting.remaining -= 1;
      if (waiting.remaining === 0) waiting.resolve();
    }
  }

  const clients = Array.from({ length: count }, () => stockClient(address));
  const lanes = clients.flatMap((client, writer) =>
    LANES.map((_, lane) => work(client, writer, lane)),
  );
  return writers;
}

export function stockClient(address: string): ConvexClient {
  return new ConvexClient(address, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
}

async function perform(
  client: ConvexClient,
  what: (typeof LANES)[number],
  wanted: Write,
  promised: Promised,
): Promise<void> {
  switch (what) {
    case "add":
      await client.mutation(add, wanted);
      promised.writes.acknowledge(wanted);
      return;
    case "planJob":
      await client.mutation(planJob, wanted);
      promised.jobs.acknowledge(wanted);
      return;
    case "upload": {
      const body = randomBytes(randomInt(MAX_FILE_BYTES));
      const storageId = await upload(await client.mutation(uploadUrl, {}), body);
      promised.files.set(storageId, createHash("sha256").update(body).digest("base64"));
    }
  }
}

/** @throws Error with the status and the words of a refusal, or when the engine ends meanwhile */
export async function upload(url: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await fetch(url, { method: "POST", body });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return ((await response.json()) as { storageId: string }).storageId;
}

/** The last line tells the cause; what comes before it names the call. */
function reasonOf(error: Error): string {
  const lines = error.message.split("\n").filter((line) => !line.includes("Called by client"));
  return (lines.at(-1) ?? error.message).trim();
}
