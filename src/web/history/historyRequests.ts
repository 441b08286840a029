/** What the page asks of the companion, which has the live board: naming it as it is, and restoring. */
import { z } from "zod";
import { freshToken } from "../entry/loginStore.ts";
import { httpProblem } from "../shell/httpProblem.ts";

const zNamed = z.object({ versionId: z.string() });
const zRestored = z.object({ beforeId: z.string(), changed: z.number() });

/** Returns the new version's id. @throws HttpProblem, TypeError without a network */
export async function nameBoard(sessionId: string, label: string): Promise<string> {
  return zNamed.parse(await post(sessionId, "versions", { label })).versionId;
}

/** @throws HttpProblem, TypeError without a network */
export async function restoreVersion(
  sessionId: string,
  versionId: string,
): Promise<z.infer<typeof zRestored>> {
  return zRestored.parse(await post(sessionId, "restorations", { versionId }));
}

async function post(sessionId: string, what: string, body: unknown): Promise<unknown> {
  const response = await fetch(`/sessions/${encodeURIComponent(sessionId)}/board/${what}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${(await freshToken()) ?? ""}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  const reply: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw httpProblem(response.status, reply);
  return reply;
}
