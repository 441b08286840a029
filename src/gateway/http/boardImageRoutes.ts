/**
 * `POST /sessions/<id>/board/images` keeps a picture for the board, `GET …/board/images/<imageId>` gives
 * it to members, also when the session has ended. What is no picture of that very board is not there,
 * whoever asks (rules BO11, BO12).
 */
import { Hono } from "hono";
import { appError } from "../../../convex/contract/errors.ts";
import { ROLES } from "../../protocol/principal.ts";
import type { Role } from "../../protocol/principal.ts";
import type { Metrics } from "../metrics.ts";
import type { HttpEnv } from "./httpContext.ts";
import type { RateLimits } from "./rateLimits.ts";
import type { StoreFile } from "./receiveFiles.ts";
import { receiveImage } from "./receiveImage.ts";
import type { ReceivedImage } from "./receiveImage.ts";
import { requireStanding } from "./requireStanding.ts";
import type { StandingDeps } from "./requireStanding.ts";

/** Where pictures are kept. Errors are coded (contract/errors.ts). */
export interface BoardImages {
  store: StoreFile;
  /** Makes a stored file a picture of the board; returns its id. */
  register(picture: { sessionId: string; userId: string; image: ReceivedImage }): Promise<string>;
  /** Null when the board has no such picture. */
  open(picture: { sessionId: string; userId: string; imageId: string }): Promise<{
    mediaType: string;
    sizeBytes: number;
    bytes: ReadableStream<Uint8Array>;
  } | null>;
}

const DRAWERS: readonly Role[] = ["owner", "teacher", "student"];
/** A picture never changes under its id. Whose copy it is depends on the token that it was asked with. */
const KEPT_BY_ITS_READER = { "Cache-Control": "private, max-age=86400", Vary: "Authorization" };

export function createBoardImageRoutes(
  deps: StandingDeps & { boardImages: BoardImages; limits: RateLimits; metrics: Metrics },
): Hono<HttpEnv> {
  const { boardImages, limits, metrics } = deps;
  const routes = new Hono<HttpEnv>();

  routes.post("/sessions/:sessionId/board/images", async (c) => {
    const sessionId = c.req.param("sessionId");
    const userId = await requireStanding(c, deps, {
      sessionId,
      roles: DRAWERS,
      charge: (id) => limits.takeUpload(c.get("address"), id),
    });
    const image = await receiveImage(c.env.incoming, boardImages.store);
    const imageId = await boardImages.register({ sessionId, userId, image });
    metrics.uploaded(image.sizeBytes);
    return c.json({ imageId }, 201);
  });

  routes.get("/sessions/:sessionId/board/images/:imageId", async (c) => {
    const { sessionId, imageId } = c.req.param();
    const userId = await requireStanding(c, deps, {
      sessionId,
      roles: ROLES,
      isLooking: true,
      charge: (id) => limits.takeImage(id),
    });
    const image = await boardImages.open({ sessionId, userId, imageId });
    if (image === null) throw appError("NOT_FOUND", "There is no such picture.");
    return c.body(image.bytes, 200, {
      ...KEPT_BY_ITS_READER,
      "Content-Type": image.mediaType,
      "Content-Length": String(image.sizeBytes),
    });
  });
  return routes;
}
