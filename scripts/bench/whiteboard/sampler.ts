/**
 * Loaded into every server that is measured, before its own code (`--import`): answers its parent with what
 * the whole process has used. Threads load it too; there it only collects garbage when asked to.
 */
import { BroadcastChannel, isMainThread } from "node:worker_threads";

export type Sample = {
  /** Of all threads, user and system, since the process began. */
  cpuMs: number;
  rssMb: number;
  peakRssMb: number;
};
export type SampleRequest = { type: "sample"; afterGc: boolean };

const COLLECTED_MS = 500; // threads collect when they come to it

const collection = new BroadcastChannel("collect garbage");
collection.unref();

if (isMainThread) {
  process.on("message", (request: SampleRequest) => {
    if (request.afterGc) collectGarbage();
    setTimeout(answer, request.afterGc ? COLLECTED_MS : 0);
  });
  process.channel?.unref();
} else {
  collection.onmessage = () => globalThis.gc?.();
}

function collectGarbage(): void {
  collection.postMessage(null);
  globalThis.gc?.();
  globalThis.gc?.(); // what finalizers let go
}

function answer(): void {
  const { user, system } = process.cpuUsage();
  const sample: Sample = {
    cpuMs: (user + system) / 1000,
    rssMb: process.memoryUsage.rss() / 2 ** 20,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(sample);
}
