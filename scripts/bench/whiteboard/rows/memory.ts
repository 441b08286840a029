/** What connections hold: idle ones, and those that have stopped reading. */
import type { BoardServer, Door } from "../boardServer.ts";
import { runLoad } from "../loadProcess.ts";
import { SERVERS } from "../servers.ts";
import type { Table } from "../../table.ts";
import { inTurns, ratios, rowsOf } from "./compare.ts";

const WARM_CLIENTS = 50;

/** KiB a connection. Some come first, so that what only the first one costs does not count. */
async function idleKb(server: BoardServer, doors: Door[][]): Promise<number> {
  await runLoad(server, await server.doors(1, WARM_CLIENTS), "idle", { atOnce: 16 });
  const run = await runLoad(server, doors, "idle", { atOnce: 64 }, { afterGc: true });
  return ((run.after.rssMb - run.before.rssMb) * 1024) / run.result.clients;
}

export async function idle({ isShort }: { isShort: boolean }): Promise<Table> {
  const clients = isShort ? 1_000 : 2_000;
  const rounds = isShort ? 1 : 3;
  const one = await inTurns(SERVERS, rounds, async (server) => ({
    oneBoardKb: await idleKb(server, await server.doors(1, clients)),
  }));
  const each = await inTurns(SERVERS, rounds, async (server) => ({
    boardEachKb: await idleKb(server, await server.doors(clients, 1)),
  }));
  const onOne = rowsOf(one, ["oneBoardKb"]);
  const onEach = rowsOf(each, ["boardEachKb"]);
  return {
    title: `Memory of an idle connection, ${clients.toLocaleString("en")} of them`,
    header: ["server", "all on one board, KiB", "a board each, KiB"],
    rows: onOne.map((row, i) => [...row, onEach[i]?.[1] ?? "-"]),
    note: `Growth of the whole process's resident memory after garbage collection, a connection. One board: ${ratios(one, "oneBoardKb")}; a board each: ${ratios(each, "boardEachKb")}. To be reached: 1.0x and 1.1x of @y/websocket-server.`,
  };
}

const WRITERS = 8;
const STALLED = 20;

export async function stalled({ isShort }: { isShort: boolean }): Promise<Table> {
  const megabytes = isShort ? 40 : 120;
  const results = await inTurns(SERVERS, 1, async (server) => {
    const writtenFor = async (readers: number) => {
      const doors = await server.doors(1, WRITERS + readers);
      return await runLoad(server, doors, "stalled", { megabytes }, { afterGc: true });
    };
    const without = await writtenFor(0);
    const { before, after, result } = await writtenFor(STALLED);
    const ownMb = Math.max(0, without.after.rssMb - without.before.rssMb);
    return {
      eachMb: Math.max(0, after.rssMb - before.rssMb) / STALLED,
      withoutMb: ownMb,
      writtenMb: result.writtenMb,
      stillOpen: result.stillOpen,
    };
  });
  return {
    title: `${STALLED} readers that stop reading while ${megabytes} MB are written`,
    header: [
      "server",
      "memory a reader, MiB",
      "growth without them, MiB",
      "written, MiB",
      "still open",
    ],
    rows: rowsOf(results, ["eachMb", "withoutMb", "writtenMb", "stillOpen"]),
    note: `Growth of the whole process's resident memory after garbage collection. ${WRITERS} clients write; the same was written once before without such readers. To be reached: 4 MB each, whatever is written.`,
  };
}
