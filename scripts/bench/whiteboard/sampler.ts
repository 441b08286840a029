/**
 * Loaded into every server that is measured, before its own code (`--import`): answers its parent with what
 * the whole process has used. Threads load it too, and tell what they hold.
 */
import { BroadcastChannel, isMainThread } from "node:worker_threads";

export type Sample = {
  /** Of all threads, user and system, since the process began. */
  cpuMs: number;
  /** Of the thread that holds the sockets. */
  mainCpuMs: number;
  rssMb: number;
  peakRssMb: number;
  /** What JavaScript holds in all threads, buffers included; only after garbage collection, else NaN. */
  heldMb: number;
};
export type SampleRequest = { type: "sample"; afterGc: boolean };

const COLLECTED_MS = 1_000; // threads collect when they come to it

const channel = new BroadcastChannel("memory of threads");
channel.unref();

if (isMainThread) {
  process.on("message", ({ afterGc }: SampleRequest) => {
    if (afterGc) void heldByAll().then(answer);
    else answer(NaN);
  });
  process.channel?.unref();
} else {
  channel.onmessage = ({ data }: MessageEvent) => {
    if (data === "tell") channel.postMessage(heldHere());
  };
}

async function heldByAll(): Promise<number> {
  let heldMb = 0;
  channel.onmessage = ({ data }: MessageEvent) => {
    if (typeof data === "number") heldMb += data;
  };
  channel.postMessage("tell");
  heldMb += heldHere();
  await new Promise((resolve) => setTimeout(resolve, COLLECTED_MS));
  return heldMb;
}

function heldHere(): number {
  globalThis.gc?.();
  globalThis.gc?.(); // what finalizers let go
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

function answer(heldMb: number): void {
  const { user, system } = process.cpuUsage();
  const main = process.threadCpuUsage();
  const sample: Sample = {
    cpuMs: (user + system) / 1000,
    mainCpuMs: (main.user + main.system) / 1000,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    heldMb,
  };
  process.send?.(sample);
}
