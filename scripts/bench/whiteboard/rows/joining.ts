/** Many who come at once: to one large board, and to many boards. */
import { runLoad } from "../loadProcess.ts";
import { quantile, type Table } from "../../table.ts";
import { inTurns, ratios, rowsOf, type RowOptions } from "./compare.ts";

const BOARD_BYTES = 1.1e6;
const JOINING = 1_000;

export async function joins({ isShort, servers }: RowOptions): Promise<Table> {
  const results = await inTurns(servers, isShort ? 1 : 3, async (server) => {
    const doors = await server.doors(1, JOINING + 1);
    const { before, after, result } = await runLoad(server, doors, "joins", {
      boardBytes: BOARD_BYTES,
    });
    return {
      allS: result.allMs / 1000,
      p50S: quantile(result.latencies, 0.5) / 1000,
      cpuS: (after.cpuMs - before.cpuMs) / 1000,
      boardMb: result.leastBytes / 1e6,
      peakMb: after.peakRssMb,
    };
  });
  return {
    title: `${JOINING.toLocaleString("en")} clients join one board of 1.1 MB`,
    header: [
      "server",
      "all there, s",
      "median client, s",
      "CPU, s",
      "each got, MB",
      "peak RSS, MiB",
    ],
    rows: rowsOf(results, ["allS", "p50S", "cpuS", "boardMb", "peakMb"]),
    note: `Time: ${ratios(results, "allS")}. CPU: ${ratios(results, "cpuS")}. To be reached: 0.1x of the time and 0.04x of the CPU of both.`,
  };
}

const SOCKETS = { boards: 250, clients: 20 };

export async function sockets({ servers }: RowOptions): Promise<Table> {
  const { boards, clients } = SOCKETS;
  const results = await inTurns(servers, 1, async (server) => {
    const doors = await server.doors(boards, clients);
    const up = await runLoad(server, doors, "idle", { atOnce: 256 });
    const options = { perSecond: 2_000, forMs: 10_000 };
    const { before, after, result } = await runLoad(server, doors, "updates", options);
    return {
      upS: up.result.connectedMs / 1000,
      upCpuS: (up.after.cpuMs - up.before.cpuMs) / 1000,
      p50Ms: quantile(result.latencies, 0.5),
      p99Ms: quantile(result.latencies, 0.99),
      cores: (after.cpuMs - before.cpuMs) / result.sendingMs,
      missing: result.missing,
      rssMb: up.after.rssMb,
    };
  });
  return {
    title: `${(boards * clients).toLocaleString("en")} sockets on ${boards} boards`,
    header: [
      "server",
      "all up, s",
      "CPU for that, s",
      "then 2,000 updates/s: p50, ms",
      "p99, ms",
      "cores",
      "missing",
      "RSS, MiB",
    ],
    rows: rowsOf(results, ["upS", "upCpuS", "p50Ms", "p99Ms", "cores", "missing", "rssMb"]),
    note: "Lectern's are authenticated, each with its right to be there watched: 1,000 people in 250 sessions. To be reached: 10 s, p99 100 ms.",
  };
}
