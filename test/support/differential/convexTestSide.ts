/** The reference: Convex's own `convex-test`, a fresh instance a program. */
import { convexTest } from "convex-test";
import { makeFunctionReference, type GenericSchema, type SchemaDefinition } from "convex/server";
import { ConvexError, type Value } from "convex/values";
import type { CallKind, Outcome, Side } from "./side.ts";

/**
 * @param schema of the app and of its component alike
 * @param interpreter the loaded module of the fixture
 */
export function openConvexTestSide(
  schema: SchemaDefinition<GenericSchema, boolean>,
  interpreter: unknown,
): Side {
  const modules = {
    "./interpreter.ts": () => Promise.resolve(interpreter),
    "./_generated/api.js": () => Promise.resolve({}), // where it looks for the folder's root
  };
  const t = convexTest(schema, modules);
  t.registerComponent("child", schema, modules);
  const run = (kind: CallKind, path: string, args: Record<string, Value>): Promise<Value> => {
    switch (kind) {
      case "query":
        return t.query(makeFunctionReference<"query">(path), args) as Promise<Value>;
      case "mutation":
        return t.mutation(makeFunctionReference<"mutation">(path), args) as Promise<Value>;
      case "action":
        return t.action(makeFunctionReference<"action">(path), args) as Promise<Value>;
    }
  };
  return {
    async call(kind, path, args): Promise<Outcome> {
      try {
        return { kind: "returned", value: await run(kind, path, structuredClone(args)) };
      } catch (error) {
        const data = error instanceof ConvexError ? (error.data as Value) : null;
        return { kind: "threw", message: (error as Error).message, data };
      }
    },
    close: () => Promise.resolve(),
  };
}
