/**
 * Stack traces of "use node" actions: Node has already led the positions back to the sources; here
 * they get the form that the default runtime has, and frames that are not the project's are left out.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { STACK_FRAME } from "../logs/stackTraces.ts";
import type { Traces } from "../logs/stackTraces.ts";

export function nodeTraces(functionsDir: string): Traces {
  const project = path.dirname(functionsDir);
  return {
    frames: (stack) =>
      stack.split("\n").flatMap((line) => {
        const groups = STACK_FRAME.exec(line)?.groups;
        const { name, file = "", line: row = "", column = "" } = groups ?? {};
        const source = file.startsWith("file:") ? fileURLToPath(file) : file;
        if (!source.startsWith(project + path.sep) || source.includes("/node_modules/")) return [];
        const shown = path.relative(functionsDir, source);
        const position = `${shown.startsWith("..") ? shown : `../${path.basename(functionsDir)}/${shown}`}:${row}:${column}`;
        return [name === undefined ? `    at ${position}` : `    at ${name} (${position})`];
      }),
  };
}
