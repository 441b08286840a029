/// <reference types="vite/client" />
/** Every public function there is, taken from the modules themselves, and the calling of one by its path. */
import { makeFunctionReference } from "convex/server";
import type { Client, Deployment } from "./test.setup.ts";

type Kind = "query" | "mutation" | "action";
export type Args = Record<string, unknown>;

/** Every public function of the deployment, by path, as the bundler would find them. */
const modules = import.meta.glob(["./**/*.ts", "!./**/*.*.ts"]);
async function publicFunctions(): Promise<Map<string, Kind>> {
  const found = new Map<string, Kind>();
  for (const [path, load] of Object.entries(modules)) {
    const exports = (await load()) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exports)) {
      const made = value as { isPublic?: boolean; isQuery?: boolean; isMutation?: boolean } | null;
      if (made?.isPublic !== true) continue;
      const kind =
        made.isQuery === true ? "query" : made.isMutation === true ? "mutation" : "action";
      found.set(`${path.slice(2, -3)}:${name}`, kind);
    }
  }
  return found;
}
export const FUNCTIONS = await publicFunctions();

/** Calls a function as whoever holds `client`. */
export async function call(
  client: Client | Deployment,
  path: string,
  args: Args,
): Promise<unknown> {
  switch (FUNCTIONS.get(path)) {
    case "query":
      return await client.query(makeFunctionReference<"query">(path), args);
    case "mutation":
      return await client.mutation(makeFunctionReference<"mutation">(path), args);
    case "action":
      return await client.action(makeFunctionReference<"action">(path), args);
    case undefined:
      throw new Error(`there is no function ${path}`);
  }
}
