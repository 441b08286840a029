/** The pictures of boards: in Convex's storage, registered and found by convex/whiteboard/images. */
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { ConvexConnection } from "./convexConnection.ts";
import type { createConvexFileStorage } from "./convexFileStorage.ts";

interface StoredImage {
  readonly storageId: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export function createConvexBoardImages(
  convex: ConvexConnection,
  files: ReturnType<typeof createConvexFileStorage>,
) {
  const { register, find } = api.whiteboard.images;
  return {
    store: files.store,

    register: (picture: {
      sessionId: string;
      userId: string;
      image: StoredImage;
    }): Promise<string> =>
      convex.mutation(register, {
        sessionId: picture.sessionId as Id<"sessions">,
        userId: picture.userId as Id<"users">,
        image: { ...picture.image, storageId: picture.image.storageId as Id<"_storage"> },
      }),

    async open(picture: { sessionId: string; userId: string; imageId: string }) {
      const found = await convex.query(find, picture);
      const bytes = found === null ? null : await files.read(found.url);
      return found === null || bytes === null ? null : { ...found, bytes };
    },
  };
}
