/** Makes a thrown value into text that can leave its realm or thread. */
import type { Thrown } from "./host.ts";

const CONVEX_ERROR = Symbol.for("ConvexError"); // how the library marks its errors

export function describeThrown(thrown: unknown): Thrown {
  if (!(thrown instanceof Error)) {
    const message = typeof thrown === "symbol" ? thrown.toString() : String(thrown);
    return { name: "", message: `Uncaught ${message}`, stack: "" };
  }
  const described = { name: thrown.name, message: thrown.message, stack: thrown.stack ?? "" };
  if (!(CONVEX_ERROR in thrown)) return described;
  const { data } = thrown as { data?: unknown }; // the library has made it JSON text
  return { ...described, data: typeof data === "string" ? data : "null" };
}
