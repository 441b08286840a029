/** People who draw: on one board, on many, and as fast as a server can follow. */
import type { BoardServer, Door } from "../boardServer.ts";
import { runLoad } from "../loadProcess.ts";
import { withServer } from "../servers.ts";
import { figure, quantile, type Table } from "../../table.ts";
import { inTurns, ratios, rowsOf, type RowOptions } from "./compare.ts";

const FOR_MS = { short: 5_000, long: 10_000 };
/** What a server compiles in its first seconds is no part of what it costs from then on. */
const WARM_UP_MS = 10_000;
const ROUNDS = { short: 1, long: 3 };
const FULL = [
  "p50Ms",
  "p99Ms",
  "cpuUsPerDelivery",
  "serverShare",
  "framesPerUpdate",
  "missing",
] as const;
const HEADER = [
  "server",
  "p50, ms",
  "p99, ms",
  "CPU a delivery, µs",
  "cores",
  "frames an update",
  "updates missing",
];

type Drawn = Record<
  (typeof FULL)[number] | "mainUsPerDelivery" | "heldShare" | "loadShare" | "closed",
  number
>;

async function draw(
  server: BoardServer,
  doors: Door[][],
  options: { perSecond: number; forMs: number },
): Promise<Drawn> {
  const { before, after, result } = await runLoad(server, doors, "updates", options);
  const cpuMs = after.cpuMs - before.cpuMs;
  const others = (doors[0]?.length ?? 1) - 1;
  return {
    p50Ms: quantile(result.latencies, 0.5),
    p99Ms: quantile(result.latencies, 0.99),
    cpuUsPerDelivery: (cpuMs * 1000) / (result.sent * others),
    mainUsPerDelivery: ((after.mainCpuMs - before.mainCpuMs) * 1000) / (result.sent * others),
    serverShare: cpuMs / result.sendingMs,
    framesPerUpdate: result.frames / result.sent,
    missing: result.missing,
    heldShare: options.forMs / result.sendingMs,
    loadShare: result.loadShare,
    closed: result.closed,
  };
}

async function drawWarm(
  server: BoardServer,
  doors: Door[][],
  options: { perSecond: number; forMs: number },
): Promise<Drawn> {
  await draw(server, doors, { ...options, forMs: WARM_UP_MS });
  return await draw(server, doors, options);
}

export async function board({ isShort, servers }: RowOptions): Promise<Table> {
  const options = { perSecond: 2_000, forMs: isShort ? FOR_MS.short : FOR_MS.long };
  const results = await inTurns(servers, isShort ? ROUNDS.short : ROUNDS.long, async (server) =>
    drawWarm(server, await server.doors(1, 50), options),
  );
  return {
    title: "One board, 50 clients, 2,000 updates a second",
    header: HEADER,
    rows: rowsOf(results, FULL),
    note: `A delivery is an update that another client gets, merged or alone. CPU: ${ratios(results, "cpuUsPerDelivery")}. To be reached: 0.5x of @y/websocket-server, 0.65x of Hocuspocus, p99 25 ms.`,
  };
}

export async function boards({ isShort, servers }: RowOptions): Promise<Table> {
  const options = { perSecond: 8_000, forMs: isShort ? FOR_MS.short : FOR_MS.long };
  const results = await inTurns(servers, isShort ? ROUNDS.short : ROUNDS.long, async (server) =>
    drawWarm(server, await server.doors(500, 2), options),
  );
  return {
    title: "500 boards of two clients, 8,000 updates a second",
    header: HEADER,
    rows: rowsOf(results, FULL),
    note: `CPU: ${ratios(results, "cpuUsPerDelivery")}; p99: ${ratios(results, "p99Ms")}. To be reached: CPU 0.9x and 0.75x, p99 0.1x of both.`,
  };
}

const HELD_P99_MS = 100;
/** Far higher, and Lectern closes the sockets of who sends more than anybody honest (rule WB9). */
const LADDER = [
  500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 6_000, 8_000, 10_000, 12_000, 14_000, 16_000, 20_000,
  24_000, 28_000, 32_000,
];

/** So often a rate is tried: on a machine that does other work one try says little. */
const TRIES = 3;

/** Climbs until a rate is not held; each try on a new board of the same server. */
async function highestHeld(server: BoardServer, forMs: number): Promise<Held> {
  let best = { rate: 0, p99Ms: NaN };
  for (const perSecond of LADDER) {
    const held = await tryToHold(server, perSecond, forMs);
    if (held === undefined) break;
    best = held;
  }
  return best;
}

type Held = { rate: number; p99Ms: number };

async function tryToHold(
  server: BoardServer,
  perSecond: number,
  forMs: number,
): Promise<Held | undefined> {
  for (let tried = 0; tried < TRIES; tried++) {
    const drawn = await draw(server, await server.doors(1, 50), { perSecond, forMs });
    const { p99Ms, missing, heldShare, loadShare, serverShare } = drawn;
    console.error(
      `${server.name} at ${perSecond}/s: p99 ${figure(p99Ms)} ms, server ${figure(serverShare)}, load ${figure(loadShare)}`,
    );
    if (p99Ms <= HELD_P99_MS && missing === 0 && heldShare > 0.95)
      return { rate: perSecond, p99Ms };
  }
  return undefined;
}

export async function highest({ isShort, servers }: RowOptions): Promise<Table> {
  const rows: string[][] = [];
  for (const name of servers) {
    await withServer(name, async (server) => {
      const { rate, p99Ms } = await highestHeld(server, isShort ? 3_000 : FOR_MS.long);
      rows.push([server.name, figure(rate), figure(p99Ms)]);
    });
  }
  return {
    title: "The highest rate that is held, one board, 50 clients",
    header: ["server", "updates/s", "p99 there, ms"],
    rows,
    note: `Of ${LADDER.map(figure).join(", ")} updates a second, the last at which p99 is at most ${HELD_P99_MS} ms and nothing is missing in one of ${TRIES} tries. To be reached: 8x @y/websocket-server, 3x Hocuspocus, 1x Hocuspocus tuned.`,
  };
}
