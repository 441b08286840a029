/** Uploaded files: stored by Convex's upload addresses, registered by convex/documents/upload. */
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { appError } from "../../convex/contract/errors.ts";
import type { createConvexAccess } from "./convexAccess.ts";
import type { ConvexConnection } from "./convexConnection.ts";
import type { createConvexFileStorage } from "./convexFileStorage.ts";

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
  { store }: Pick<ReturnType<typeof createConvexFileStorage>, "store">,
) {
  const { register } = api.documents.upload;
  return {
    async checkMayUpload(who: { sessionId: string; userId: string; loginId: string }) {
      const standing = await access.ask(who);
      if (standing === null) throw appError("NOT_FOUND");
      if (standing.role === "observer") throw appError("FORBIDDEN");
      if (standing.sessionState === "ended") throw appError("SESSION_ENDED");
    },

    store,

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
