/** Pictures as `data:` addresses, for files that have no server to fetch them from. */
import { fromBase64 } from "lib0/buffer";

import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { imageIdsOf } from "../../../convex/contract/board/pictureIds.ts";
import type { BoardPictures } from "../board/pictures/boardImages.ts";

/** The pictures that the objects show, by id, without those that cannot be had. */
export async function readPictures(
  objects: readonly CanvasObject[],
  { read }: Pick<BoardPictures, "read">,
): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const imageId of imageIdsOf(objects)) {
    const blob = await read(imageId);
    if (blob) pictures.set(imageId, await dataUrl(blob));
  }
  return pictures;
}

export function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string); // readAsDataURL gives a text
    reader.onerror = () => reject(reader.error ?? new Error("the picture could not be read"));
    reader.readAsDataURL(blob);
  });
}

/** What `dataUrl` wrote, as a file to send. @throws when it is no base64 */
export function pictureFile(name: string, url: string): File {
  const [head = "", base64 = ""] = url.split(",", 2);
  const type = /^data:([\w/]+)/.exec(head)?.[1] ?? "";
  return new File([new Uint8Array(fromBase64(base64))], name, { type });
}
