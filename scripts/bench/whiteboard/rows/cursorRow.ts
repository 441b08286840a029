/** People who only move their cursors. */
import { runLoad } from "../loadProcess.ts";
import { quantile, type Table } from "../../table.ts";
import { inTurns, ratios, rowsOf, type RowOptions } from "./compare.ts";

const CLIENTS = 100;

export async function cursors({ isShort, servers }: RowOptions): Promise<Table> {
  const options = { perSecondEach: 10, forMs: isShort ? 5_000 : 10_000 };
  const results = await inTurns(servers, isShort ? 1 : 3, async (server) => {
    const doors = await server.doors(1, CLIENTS);
    const { before, after, result } = await runLoad(server, doors, "cursors", options);
    const cpuMs = after.cpuMs - before.cpuMs;
    return {
      p50Ms: quantile(result.latencies, 0.5),
      p99Ms: quantile(result.latencies, 0.99),
      cpuUs: (cpuMs * 1000) / (result.moved * CLIENTS),
      cores: cpuMs / options.forMs,
      frames: result.frames / result.moved,
    };
  });
  return {
    title: "100 cursors on one board, ten moves a second each",
    header: ["server", "p50, ms", "p99, ms", "CPU a delivery, µs", "cores", "frames a move"],
    rows: rowsOf(results, ["p50Ms", "p99Ms", "cpuUs", "cores", "frames"]),
    note: `A delivery is a move that one client gets. CPU: ${ratios(results, "cpuUs")}. To be reached: 0.65x of @y/websocket-server, 0.55x of Hocuspocus.`,
  };
}
