/** The actions of "use node" files: Node as it is, in workers of their own. */
import { Worker } from "node:worker_threads";
import { EmbeddedConvexError } from "../../embeddedConvexError.ts";
import type { NodeJob } from "./actionMessages.ts";
import { ActionWorkers, HEAP_LIMIT_MB } from "./actionWorkers.ts";
import type { DescribedExport } from "../code/describedExport.ts";
import { failureOf } from "../functionFailure.ts";
import { nodeTraces } from "./nodeTraces.ts";

export const NODE_ACTION_LIMIT_MS = 600_000; // Convex's limit

export interface NodeActionsOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** For the positions in stack traces. */
  readonly functionsDir: string;
  readonly limitMs?: number;
}

export class NodeActions extends ActionWorkers<NodeJob> {
  readonly #functionsDir: string;

  constructor({ environment, functionsDir, limitMs = NODE_ACTION_LIMIT_MS }: NodeActionsOptions) {
    super({
      limitMs,
      outOfMemory: "Node.js action execution ran out of memory (maximum memory usage: 512 MB)",
      start: () =>
        new Worker(new URL("./nodeActionWorker.ts", import.meta.url), {
          env: { ...environment },
          resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
          stdout: true, // console lines go to the log of the functions instead
          stderr: true,
        }),
    });
    this.#functionsDir = functionsDir;
  }

  /** Loads each file once. @throws EmbeddedConvexError FUNCTIONS_INVALID naming the file */
  async describeFiles(files: ReadonlyMap<string, string>): Promise<Map<string, DescribedExport[]>> {
    const described = new Map<string, DescribedExport[]>();
    for (const [path, file] of files) {
      const outcome = await this.describe(file);
      if (!outcome.ok) {
        const { message } = failureOf(outcome.thrown, nodeTraces(this.#functionsDir));
        throw new EmbeddedConvexError("FUNCTIONS_INVALID", `Failed to load ${path}: ${message}`);
      }
      described.set(path, JSON.parse(String(outcome.value)) as DescribedExport[]);
    }
    return described;
  }
}
