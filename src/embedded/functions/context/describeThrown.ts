/** Makes a thrown value into text that can leave its realm or thread. */
import type { Thrown } from "./host.ts";

/** Of any realm; part of the language, which the compiler's library does not know yet. */
const { isError } = Error as unknown as { isError: (value: unknown) => value is Error };
const CONVEX_ERROR = Symbol.for("ConvexError"); // how the library marks its errors

export const UNREADABLE: Thrown = {
  name: "",
  message: "Uncaught value that cannot be shown as text",
  stack: "",
};

/** Never throws, whatever reading the value does. */
export function describeThrown(thrown: unknown): Thrown {
  try {
    return describe(thrown);
  } catch {
    return UNREADABLE;
  }
}

function describe(thrown: unknown): Thrown {
  if (!isError(thrown)) {
    return { name: "", message: `Uncaught ${String(thrown)}`, stack: "" };
  }
  const described = { name: thrown.name, message: thrown.message, stack: thrown.stack ?? "" };
  if (!(CONVEX_ERROR in thrown)) return described;
  const { data } = thrown as { data?: unknown }; // the library has made it JSON text
  return { ...described, data: typeof data === "string" ? data : "null" };
}
