/** Saves what is looked at as a file, and takes a saved board in. */
import { use } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { imageIdsOf } from "../../../convex/contract/board/pictureIds.ts";
import { BoardImages } from "../board/pictures/boardImages.ts";
import type { BoardLink } from "../board/link/boardLink.ts";
import { addImage } from "../board/pictures/imageRequests.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { freshToken } from "../entry/loginStore.ts";
import { attempt } from "../shell/attempt.ts";
import { Icon } from "../shell/Icon.tsx";
import { Menu, type MenuEntry } from "../shell/Menu.tsx";
import { showNews, showProblem } from "../shell/toastStore.ts";
import { BoardFileError, MAX_FILE_BYTES, writeBoardFile } from "./boardFile.ts";
import { chooseFile } from "../shell/chooseFile.ts";
import { drawPng } from "./drawPng.ts";
import { drawSvg, type Picture } from "./drawSvg.tsx";
import { importBoard, type ImportDeps } from "./importBoard.ts";
import { readPictures } from "./pictureData.ts";
import { fileStem, saveFile } from "./saveFile.ts";

interface FileMenuProps {
  link: BoardLink;
  /** What is looked at, in drawing order. */
  objects: readonly CanvasObject[];
  title: string;
  names: ReadonlyMap<string, string>;
  onImported: () => void;
}

export function FileMenu({ link, objects, title, names, onImported }: FileMenuProps) {
  const { sessionId, me, canWrite } = useClassroom();
  const images = use(BoardImages);
  const picture = { objects, title, names, images };
  const save = (label: string, task: (picture: Picture) => Promise<void>): MenuEntry => ({
    label,
    icon: "down",
    onSelect: () => void attempt("The file was not saved", () => task(picture)),
  });
  const entries = [
    save("Save as SVG", saveSvg),
    save("Save as PNG", savePng),
    save("Save as JSON", saveJson),
  ];
  if (canWrite) {
    const sendPicture = async (file: File) => {
      const token = (await freshToken()) ?? "";
      return await addImage(sessionId, { file, token, onProgress: () => undefined });
    };
    const deps = { link, userId: me.userId, sendPicture };
    const onSelect = () => void importFile(deps, onImported);
    entries.push({ label: "Import JSON", icon: "upload", onSelect });
  }
  return (
    <Menu
      label="Export and import"
      trigger={
        <>
          <Icon name="down" size={15} /> <span className="history-wide">Export</span>
        </>
      }
      triggerClass="button button-small"
      entries={entries}
    />
  );
}

async function saveSvg(picture: Picture): Promise<void> {
  const { svg } = await drawSvg(picture);
  saveFile(`${fileStem(picture.title)}.svg`, new Blob([svg], { type: "image/svg+xml" }));
}

async function savePng(picture: Picture): Promise<void> {
  const { svg, ...size } = await drawSvg(picture);
  saveFile(`${fileStem(picture.title)}.png`, await drawPng(svg, size));
}

async function saveJson(picture: Picture): Promise<void> {
  const pictures = await readPictures(picture.objects, picture.images);
  const text = writeBoardFile({ ...picture, savedAt: Date.now(), pictures });
  if (text.length > MAX_FILE_BYTES) {
    throw new BoardFileError("With its pictures this board is larger than 64 MB. Save it as PNG.");
  }
  saveFile(`${fileStem(picture.title)}.json`, new Blob([text], { type: "application/json" }));
  const missing = imageIdsOf(picture.objects).length - pictures.size;
  if (missing > 0) {
    showProblem(`${missing === 1 ? "One picture is" : `${missing} pictures are`} not in the file.`);
  }
}

async function importFile(deps: ImportDeps, onImported: () => void) {
  const file = await chooseFile(".json,application/json");
  await attempt("The board was not imported", async () => {
    const count = await importBoard(file, deps);
    showNews(`${count === 1 ? "One object was" : `${count} objects were`} imported.`);
    onImported();
  });
}
