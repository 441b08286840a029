/** What the page asks of the gateway about a board's pictures. */
import { z } from "zod";
import { freshToken } from "../../entry/loginStore.ts";
import { httpProblem } from "../../shell/httpProblem.ts";
import { sendFile } from "../../uploads/sendFile.ts";
import type { Delivery } from "../../uploads/useUploads.ts";

const zAdded = z.object({ imageId: z.string() });

const pathOf = (sessionId: string) => `/sessions/${encodeURIComponent(sessionId)}/board/images`;

/** Null when the board has no such picture. @throws HttpProblem, TypeError without a network */
export async function fetchImage(
  sessionId: string,
  imageId: string,
  signal: AbortSignal,
): Promise<Blob | null> {
  const response = await fetch(`${pathOf(sessionId)}/${imageId}`, {
    headers: { authorization: `Bearer ${(await freshToken()) ?? ""}` },
    signal,
  });
  if (response.status === 404) return null;
  if (!response.ok) throw httpProblem(response.status, undefined);
  return await response.blob();
}

/** Returns the picture's id. @throws HttpProblem, TypeError without a network */
export async function addImage(sessionId: string, { file, ...delivery }: Delivery) {
  const reply = await sendFile({ path: pathOf(sessionId), body: file, ...delivery });
  return zAdded.parse(reply).imageId;
}
