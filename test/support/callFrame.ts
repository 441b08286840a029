/** Calls of functions as they go over a sync socket, by hand: arguments may be what no client would send. */
import type { ServerMessage } from "./syncSocket.ts";

export type Kind = "query" | "mutation" | "action";

/** The message that calls a function with these arguments (JSON text). */
export function callFrame(kind: Kind, path: string, args: string): string {
  if (kind === "query") {
    const add = `{"type":"Add","queryId":0,"udfPath":"${path}","args":${args}}`;
    return `{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[${add}]}`;
  }
  const type = kind === "mutation" ? "Mutation" : "Action";
  return `{"type":"${type}","requestId":0,"udfPath":"${path}","args":${args}}`;
}

/** "succeeded" or "failed", as the answer to a `callFrame` says. */
export function callOutcome(message: ServerMessage): string {
  const { type, success, modifications } = message;
  if (type !== "Transition") return success === true ? "succeeded" : "failed";
  return (modifications as { type: string }[])[0]?.type === "QueryUpdated" ? "succeeded" : "failed";
}
