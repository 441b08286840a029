/** Draws a saved board onto the live one, as one step that its importer can undo. */
import { unionBox } from "../../../convex/contract/boardOps.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import type { BoardLink } from "../board/boardLink.ts";
import { newObjectId } from "../board/newObject.ts";
import { BoardFileError, importObjects, MAX_IMPORT_BYTES, readBoardFile } from "./boardFile.ts";

/** Returns how many objects were drawn. @throws BoardFileError */
export async function importBoard(link: BoardLink, file: File, userId: string): Promise<number> {
  if (file.size > MAX_IMPORT_BYTES) throw new BoardFileError("This file is larger than 4 MB.");
  const objects = readBoardFile(await file.text());
  const there = link.list();
  const imported = importObjects(objects, {
    authorId: userId,
    drawnAt: Date.now(),
    newId: newObjectId,
    taken: there.length === 0 ? undefined : unionBox(there.map(extentOf)),
  });
  link.beginGesture();
  link.write(imported.map((object) => [object.id, object]));
  return imported.length;
}
