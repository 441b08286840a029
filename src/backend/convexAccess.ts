/** Who may be in a session, and whether Convex is there at all, by convex/sessions/access. */
import type { FunctionReturnType } from "convex/server";
import { api } from "../../convex/_generated/api.js";
import { appErrorDataOf } from "../../convex/contract/errors.ts";
import type { Clock } from "../util/clock.ts";
import type { ConvexConnection } from "./convexConnection.ts";
import type { Watcher } from "./queryWatches.ts";

/** A load balancer may ask several times a second; Convex need not. */
const READINESS_MAX_AGE_MS = 1_000;

type Who = { sessionId: string; userId: string; loginId: string };
type Readiness = { isReady: true } | { isReady: false; reason: string };

export function createConvexAccess(convex: ConvexConnection) {
  const { watch } = api.sessions.access;
  return {
    /** Tells `watcher` their standing now and at each change; null means none. */
    watch: (who: Who, watcher: Watcher<FunctionReturnType<typeof watch>>) =>
      convex.watch(watch, who, watcher),
    ask: (who: Who) => convex.query(watch, who),
  };
}

/** Asks one function as the service: an answer proves address, code and keys at once. */
export function createReadiness(convex: ConvexConnection, clock: Clock): () => Promise<Readiness> {
  const nobody = { sessionId: "", userId: "", loginId: "" };
  let latest: { at: number; answer: Promise<Readiness> } | undefined;

  async function ask(): Promise<Readiness> {
    try {
      await convex.query(api.sessions.access.watch, nobody);
    } catch (error) {
      return { isReady: false, reason: reasonOf(error, convex.url) };
    }
    if (convex.isLive()) return { isReady: true };
    return { isReady: false, reason: `the live connection to Convex at ${convex.url} is not open` };
  }

  return () => {
    const now = clock.now();
    if (latest === undefined || now - latest.at > READINESS_MAX_AGE_MS) {
      latest = { at: now, answer: ask() };
    }
    return latest.answer;
  };
}

/** For operators: what is wrong, and the command that puts it right. */
function reasonOf(error: unknown, url: string): string {
  const code = appErrorDataOf(error)?.code;
  const text = error instanceof Error ? error.message : String(error);
  if (code === "NOT_READY") return `Convex at ${url} cannot be reached`;
  if (code === "UNAUTHENTICATED" || code === "FORBIDDEN" || /auth|token|jwt|oidc/i.test(text)) {
    return `Convex at ${url} does not trust this companion's keys: run \`npm run deploy\` with the same keys`;
  }
  if (text.includes("Could not find")) {
    return `Convex at ${url} does not have Lectern's functions: run \`npm run deploy\``;
  }
  return `Convex at ${url} answers with an error: ${text.split("\n")[0] ?? ""}`;
}
