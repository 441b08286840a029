/**
 * The engine in a process of its own, so that what it costs can be told from what its clients cost.
 * Started by engineProcess.ts; answers every message with a sample and ends on "close".
 */
import { startEmbeddedConvex } from "../../src/embedded/startEmbeddedConvex.ts";
import type { EngineStats } from "../../src/embedded/worker/workerMessages.ts";

export type EngineSample = {
  stats: EngineStats;
  /** Of all threads, user and system, since the process began. */
  cpuMs: number;
  rssMb: number;
  peakRssMb: number;
  /** Executions that have ended, by function. */
  runs: Record<string, number>;
};

const [functionsDir = "", dataDir = "", cacheMb = ""] = process.argv.slice(2);
const runs: Record<string, number> = {};

const engine = await startEmbeddedConvex({
  functionsDir,
  dataDir,
  cacheMb: Number(cacheMb),
  log(entry) {
    if (entry.type === "engineError") console.error(entry.message);
    if (entry.type !== "function" || entry.event.type !== "end") return;
    const { path, error } = entry.event;
    runs[path] = (runs[path] ?? 0) + 1;
    if (error !== null) console.error(error);
  },
});

async function sample(): Promise<EngineSample> {
  const stats = await engine.stats();
  const { user, system } = process.cpuUsage();
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  const peakRssMb = process.resourceUsage().maxRSS / 1024;
  return { stats, cpuMs: (user + system) / 1000, rssMb, peakRssMb, runs };
}

process.on("message", (request: "sample" | "close") => {
  const answer = request === "sample" ? sample() : engine.close();
  void answer.then((body) => {
    process.send?.({ body });
    if (request === "close") process.disconnect();
  });
});
process.send?.({ url: engine.url });
