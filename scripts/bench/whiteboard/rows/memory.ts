/** What connections hold: idle ones, and those that have stopped reading. */
import type { BoardServer, Door } from "../boardServer.ts";
import { runLoad } from "../loadProcess.ts";
import type { Table } from "../../table.ts";
import { inTurns, ratios, rowsOf, type RowOptions } from "./compare.ts";

const WARM_CLIENTS = 50;

type Idle = { heldKb: number; rssKb: number };

/** KiB a connection. Some come first, so that what only the first one costs does not count. */
async function idleKb(server: BoardServer, doors: Door[][]): Promise<Idle> {
  await runLoad(server, await server.doors(1, WARM_CLIENTS), "idle", { atOnce: 16 });
  const { before, after, result } = await runLoad(
    server,
    doors,
    "idle",
    { atOnce: 64 },
    { afterGc: true },
  );
  const each = (mb: number) => (mb * 1024) / result.clients;
  return {
    heldKb: each(after.heldMb - before.heldMb),
    rssKb: each(after.rssMb - before.rssMb),
  };
}

export async function idle({ isShort, servers }: RowOptions): Promise<Table> {
  const clients = isShort ? 1_000 : 2_000;
  const rounds = isShort ? 1 : 3;
  const measure = async (boards: number, perBoard: number) =>
    await inTurns(servers, rounds, async (server) =>
      idleKb(server, await server.doors(boards, perBoard)),
    );
  const [one, each] = [await measure(1, clients), await measure(clients, 1)];
  const [onOne, onEach] = [one, each].map((results) => rowsOf(results, ["heldKb", "rssKb"]));
  return {
    title: `Memory of an idle connection, ${clients.toLocaleString("en")} of them`,
    header: [
      "server",
      "all on one board: held, KiB",
      "resident, KiB",
      "a board each: held, KiB",
      "resident, KiB",
    ],
    rows: (onOne ?? []).map((row, i) => [...row, ...(onEach?.[i]?.slice(1) ?? [])]),
    note: `Growth of the whole process a connection, after garbage collection: what JavaScript holds in all threads, and resident memory. Held, one board: ${ratios(one, "heldKb")}; a board each: ${ratios(each, "heldKb")}. To be reached: 1.0x and 1.1x of @y/websocket-server.`,
  };
}

const WRITERS = 8;
const STALLED = 20;

export async function stalled({ isShort, servers }: RowOptions): Promise<Table> {
  const megabytes = isShort ? 40 : 120;
  const results = await inTurns(servers, 1, async (server) => {
    const writtenFor = async (readers: number) => {
      const doors = await server.doors(1, WRITERS + readers);
      return await runLoad(server, doors, "stalled", { megabytes }, { afterGc: true });
    };
    const without = await writtenFor(0);
    const { before, after, result } = await writtenFor(STALLED);
    return {
      heldMb: (after.heldMb - before.heldMb) / STALLED,
      rssMb: (after.rssMb - before.rssMb) / STALLED,
      withoutMb: without.after.rssMb - without.before.rssMb,
      writtenMb: result.writtenMb,
      stillOpen: result.stillOpen,
    };
  });
  return {
    title: `${STALLED} readers that stop reading while ${megabytes} MB are written`,
    header: [
      "server",
      "held a reader, MiB",
      "resident a reader, MiB",
      "resident growth without them, MiB",
      "written, MiB",
      "still open",
    ],
    rows: rowsOf(results, ["heldMb", "rssMb", "withoutMb", "writtenMb", "stillOpen"]),
    note: `Growth of the whole process after garbage collection. ${WRITERS} clients write; the same was written once before without such readers. To be reached: 4 MB each, whatever is written.`,
  };
}
