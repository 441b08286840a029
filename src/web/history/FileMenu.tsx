/** Saves what is looked at as a file, and takes a saved board in. */
import { use } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { BoardImages } from "../board/boardImages.ts";
import type { BoardLink } from "../board/boardLink.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { Icon } from "../shell/Icon.tsx";
import { Menu, type MenuEntry } from "../shell/Menu.tsx";
import { showNews } from "../shell/toastStore.ts";
import { writeBoardFile } from "./boardFile.ts";
import { chooseFile } from "../shell/chooseFile.ts";
import { drawPng } from "./drawPng.ts";
import { drawSvg, type Picture } from "./drawSvg.tsx";
import { importBoard } from "./importBoard.ts";
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
  const { me, canWrite } = useClassroom();
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
    const onSelect = () => void importFile(link, me.userId, onImported);
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

function saveJson(picture: Picture): Promise<void> {
  const text = writeBoardFile({ ...picture, savedAt: Date.now() });
  saveFile(`${fileStem(picture.title)}.json`, new Blob([text], { type: "application/json" }));
  return Promise.resolve();
}

async function importFile(link: BoardLink, userId: string, onImported: () => void) {
  const file = await chooseFile(".json,application/json");
  await attempt("The board was not imported", async () => {
    const count = await importBoard(link, file, userId);
    showNews(`${count === 1 ? "One object was" : `${count} objects were`} imported.`);
    onImported();
  });
}
