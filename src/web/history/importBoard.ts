/** Draws a saved board onto the live one, as one step that its importer can undo. */
import { unionBox } from "../../../convex/contract/boardOps.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import { imageIdsOf } from "../../../convex/contract/board/pictureIds.ts";
import type { BoardLink } from "../board/link/boardLink.ts";
import { newObjectId } from "../board/objects/newObject.ts";
import {
  BoardFileError,
  importObjects,
  MAX_FILE_BYTES,
  readBoardFile,
  type BoardFile,
} from "./boardFile.ts";
import { pictureFile } from "./pictureData.ts";

export interface ImportDeps {
  link: BoardLink;
  userId: string;
  /** Brings a picture to the board and returns its id. */
  sendPicture: (file: File) => Promise<string>;
}

/**
 * Returns how many objects were drawn. Nothing is drawn before all pictures are on the board.
 * @throws BoardFileError, and what `sendPicture` throws
 */
export async function importBoard(file: File, deps: ImportDeps): Promise<number> {
  if (file.size > MAX_FILE_BYTES) throw new BoardFileError("This file is larger than 64 MB.");
  const saved = readBoardFile(await file.text());
  const imageIds = await bringPictures(saved, deps);
  const there = deps.link.list(); // others may have drawn meanwhile
  const imported = importObjects(saved.objects, {
    authorId: deps.userId,
    drawnAt: Date.now(),
    newId: newObjectId,
    taken: there.length === 0 ? undefined : unionBox(there.map(extentOf)),
    imageIds,
  });
  deps.link.beginGesture();
  deps.link.write(imported.map((object) => [object.id, object]));
  return imported.length;
}

/** The new ids by those in the file, of the pictures that this board does not show already. */
async function bringPictures(
  { objects, pictures }: BoardFile,
  { link, sendPicture }: ImportDeps,
): Promise<Map<string, string>> {
  const shown = new Set(imageIdsOf(link.list()));
  const ids = new Map<string, string>();
  for (const imageId of imageIdsOf(objects)) {
    const url = pictures.get(imageId);
    if (url === undefined || shown.has(imageId)) continue;
    ids.set(imageId, await sendPicture(pictureFile(imageId, url)));
  }
  return ids;
}
