/**
 * Where the pictures of a board are to be had. An object names its picture by the id of a file
 * (`src: "file:<id>"`); whoever shows the drawing provides addresses: the classroom those of the server,
 * an export the pictures themselves.
 */
import { createContext } from "react";

const FILE_SOURCE = /^file:([\w-]{1,64})$/;
const INLINE_SOURCE = /^data:image\/(png|jpeg|gif|webp);/;

/** Undefined while it is not known yet, or when the file is gone. */
type ImageAddress = (fileId: string) => string | undefined;

export const BoardImages = createContext<ImageAddress>(() => undefined);

function fileIdOf(src: string | null | undefined): string | undefined {
  return FILE_SOURCE.exec(src ?? "")?.[1];
}

/** Only what came with the board or its files: another site's picture would tell it who is looking. */
export function imageHref(
  src: string | null | undefined,
  addressOf: ImageAddress,
): string | undefined {
  if (!src) return undefined;
  const fileId = fileIdOf(src);
  if (fileId !== undefined) return addressOf(fileId);
  const isOwn = INLINE_SOURCE.test(src) || /^\/(?!\/)/.test(src);
  return isOwn ? src : undefined;
}
