/**
 * Where the pictures of a board are to be had. An object names its picture by its id
 * (`src: "file:<id>"`); whoever shows the drawing provides them: the classroom those of the server, an
 * export the pictures themselves.
 */
import { createContext } from "react";
import { imageIdOf } from "../../../../convex/contract/board/pictureIds.ts";

/** A path of this server. Browsers read a second slash also in "/\\" and in "/", a tab, "/": another site's. */
const OWN_PATH = /^\/(?=[\w.-])[^\\\t\n\r]*$/;
const INLINE_SOURCE = /^data:image\/(png|jpeg|gif|webp);/;

export interface BoardPictures {
  /** Undefined while it is not known yet, or when the picture is gone. */
  addressOf: (imageId: string) => string | undefined;
  /** The picture itself; undefined when it cannot be had now. */
  read: (imageId: string) => Promise<Blob | undefined>;
}

const NONE: BoardPictures = {
  addressOf: () => undefined,
  read: () => Promise.resolve(undefined),
};
export const BoardImages = createContext<BoardPictures>(NONE);

/** Only what came with the board or its files: another site's picture would tell it who is looking. */
export function imageHref(
  src: string | null | undefined,
  { addressOf }: Pick<BoardPictures, "addressOf">,
): string | undefined {
  if (!src) return undefined;
  const imageId = imageIdOf(src);
  if (imageId !== undefined) return addressOf(imageId);
  return INLINE_SOURCE.test(src) || OWN_PATH.test(src) ? src : undefined;
}
