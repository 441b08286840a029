/** Hands a document to the session, which reads it afterwards. */
import { sendFile } from "../uploads/sendFile.ts";
import type { Delivery } from "../uploads/useUploads.ts";

export function sendDocument(sessionId: string) {
  return async ({ file, ...delivery }: Delivery): Promise<void> => {
    const body = new FormData();
    body.append("files", file, file.name);
    const path = `/sessions/${encodeURIComponent(sessionId)}/documents`;
    await sendFile({ path, body, ...delivery });
  };
}
