/** Uploaded files: stored by Convex's upload addresses, registered by convex/documents/upload. */
import { z } from "zod";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { appError } from "../../convex/contract/errors.ts";
import type { createConvexAccess } from "./convexAccess.ts";
import { coded } from "./convexConnection.ts";
import type { ConvexConnection } from "./convexConnection.ts";

const zStored = z.object({ storageId: z.string() });

interface StoredFile {
  readonly storageId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export function createConvexDocumentIntake(
  convex: ConvexConnection,
  access: ReturnType<typeof createConvexAccess>,
) {
  const { createUploadUrl, register } = api.documents.upload;
  return {
    async checkMayUpload(who: { sessionId: string; userId: string; loginId: string }) {
      const standing = await access.ask(who);
      if (standing === null) throw appError("NOT_FOUND");
      if (standing.role === "observer") throw appError("FORBIDDEN");
      if (standing.sessionState === "ended") throw appError("SESSION_ENDED");
    },

    async store(bytes: AsyncIterable<Uint8Array>, mediaType: string, signal: AbortSignal) {
      const given = new URL(await convex.mutation(createUploadUrl, {}));
      // The address is made for browsers; from here Convex is reached at its own.
      const target = new URL(given.pathname + given.search, convex.url);
      const sending = fetch(target, {
        method: "POST",
        headers: { "Content-Type": mediaType },
        body: ReadableStream.from(bytes),
        duplex: "half",
        signal,
      });
      const response = await coded(convex.url, sending);
      if (!response.ok) throw new Error(`storage answered ${response.status}`);
      return zStored.parse(await response.json()).storageId;
    },

    register: (upload: {
      sessionId: string;
      userId: string;
      files: readonly StoredFile[];
    }): Promise<string[]> =>
      convex.mutation(register, {
        sessionId: upload.sessionId as Id<"sessions">,
        userId: upload.userId as Id<"users">,
        files: upload.files.map((file) => ({
          ...file,
          storageId: file.storageId as Id<"_storage">,
        })),
      }),
  };
}
