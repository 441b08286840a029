/**
 * How long a saved change takes until a subscriber sees its effect: through the stock `convex dev`, which
 * pushes it, and through the engine's own `--watch`; for projects with and without components.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { makeFunctionReference } from "convex/server";

import {
  startEmbeddedConvex,
  type EmbeddedConvex,
} from "../../src/embedded/startEmbeddedConvex.ts";
import { stockClient } from "./stockClient.ts";
import { figure, median, type Table } from "./table.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PROJECTS = {
  bench: "none",
  components: "2, one of them in the other, both twice",
  official: "all 13 official ones, 25 with those inside them",
};
const SAVES = 10;
const BETWEEN_MS = 1_000; // file watchers and the command have settled

export async function saves({ isShort }: { isShort: boolean }): Promise<Table[]> {
  const rows: string[][] = [];
  for (const [fixture, components] of Object.entries(PROJECTS)) {
    const count = isShort ? 3 : SAVES;
    const dev = await measure(fixture, count, convexDev);
    const watch = await measure(fixture, count, undefined);
    const cells = [dev, watch].flatMap((ms) => [figure(median(ms)), figure(Math.max(...ms))]);
    rows.push([components, ...cells]);
  }
  return [
    {
      title: "From a saved change to its effect",
      header: ["components", "`convex dev`, ms", "longest", "`--watch`, ms", "longest"],
      rows,
      note: "Medians of saves of one module, until a subscribed stock client has the result of the new code. `convex dev` runs without its type check. To be reached: 2 s.",
    },
  ];
}

/** Makes what is saved run on the engine, until it is stopped. Resolves when it does for the first time. */
type Runner = (folder: string, engine: EmbeddedConvex) => Promise<() => void>;

/** @param runner what brings changes to the engine; the engine itself, when there is none */
async function measure(
  fixture: string,
  count: number,
  runner: Runner | undefined,
): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "embedded-bench-"));
  cpSync(join(ROOT, "test/fixtures/convex-projects", fixture), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"type":"module","dependencies":{"convex":"*"}}');
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const functionsDir = join(folder, "convex");
  save(functionsDir, 0);
  const engine = await startEmbeddedConvex({
    dataDir: ":memory:",
    environment: { GREETING: "hello" },
    ...(runner === undefined ? { functionsDir, watch: true } : {}),
  });
  try {
    const stop = await runner?.(folder, engine);
    const times = await timeSaves(functionsDir, engine.url, count);
    stop?.();
    return times;
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const convexDev: Runner = async (folder, { url, adminKey }) => {
  const command = join(ROOT, "node_modules/convex/bin/main.js");
  const child = spawn(process.execPath, [command, "dev", "--typecheck", "disable"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      CONVEX_SELF_HOSTED_URL: url,
      CONVEX_SELF_HOSTED_ADMIN_KEY: adminKey,
    },
  });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.includes("functions ready")) resolve();
    });
    child.on("exit", () => reject(new Error(said)));
  });
  return () => void child.kill();
};

async function timeSaves(functionsDir: string, url: string, count: number): Promise<number[]> {
  const client = stockClient(url);
  let wake: (value: number) => void = () => undefined;
  client.onUpdate(makeFunctionReference<"query">("saved:value"), {}, (value) => {
    wake(value as number);
  });
  const times: number[] = [];
  for (let value = 1; value <= count; value++) {
    await sleep(BETWEEN_MS);
    const startedAt = performance.now();
    const seen = new Promise<void>((resolve) => {
      wake = (now) => {
        if (now === value) resolve();
      };
    });
    save(functionsDir, value);
    await seen;
    times.push(performance.now() - startedAt);
  }
  await client.close();
  return times;
}

function save(functionsDir: string, value: number): void {
  writeFileSync(
    join(functionsDir, "saved.ts"),
    `import { queryGeneric as query } from "convex/server";
     export const value = query({ args: {}, handler: () => ${value} });`,
  );
}
