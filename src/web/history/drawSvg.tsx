/**
 * A drawing as an SVG file that needs nothing else: drawn out of sight by the board's own components,
 * then every style that comes from the page's sheets or theme is written into it, pictures are put
 * inside, and formulas become MathML, with their source as text for programs that show no HTML. Always
 * in light colours, as on paper.
 */
import { createRoot, type Root } from "react-dom/client";
import { BOARD_HEIGHT, BOARD_WIDTH, unionBox } from "../../../convex/contract/boardOps.ts";
import type { Box, CanvasObject } from "../../../convex/contract/boardOps.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import { BoardImages, type BoardPictures } from "../board/pictures/boardImages.ts";
import { describeObject } from "../board/objects/describeObject.ts";
import { Drawing } from "../board/shapes/Drawing.tsx";
import { authorOf, TUTOR } from "./authors.ts";
import { dataUrl, readPictures } from "./pictureData.ts";
import { inlineStyles, replaceFormulas, withoutForeignSigns } from "./standaloneSvg.ts";

const MARGIN = 32; // board pixels
const DRAWING_LIMIT_MS = 5_000; // for what is loaded on demand
const PAPER = "#ffffff";

export interface SvgDrawing {
  svg: string;
  /** Board pixels. */
  width: number;
  height: number;
}

export interface Picture {
  /** In drawing order. */
  objects: readonly CanvasObject[];
  title: string;
  /** Of authors, by id. */
  names: ReadonlyMap<string, string>;
  images: BoardPictures;
}

export async function drawSvg(picture: Picture): Promise<SvgDrawing> {
  const { objects, title } = picture;
  const images = await embeddedImages(picture);
  const box = exportBox(objects);
  const studio = document.createElement("div");
  studio.className = "svg-studio";
  document.body.append(studio);
  const root = createRoot(studio);
  try {
    root.render(
      <BoardImages value={images}>
        <svg
          xmlns="http://www.w3.org/2000/svg"
          role="img"
          width={box.width}
          height={box.height}
          viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        >
          <title>{title}</title>
          <rect {...box} fill={PAPER} />
          <Drawing objects={objects} />
        </svg>
      </BoardImages>,
    );
    const svg = await whenDrawn(studio, objects);
    replaceFormulas(svg);
    inlineStyles(svg);
    await embedOwnImages(svg);
    addTitles(svg, picture);
    return { svg: withoutForeignSigns(new XMLSerializer().serializeToString(svg)), ...sizeOf(box) };
  } finally {
    close(root, studio);
  }
}

function close(root: Root, studio: HTMLElement): void {
  root.unmount();
  studio.remove();
}

const sizeOf = ({ width, height }: Box) => ({ width, height });

/** Everything that is drawn and some space around it; of an empty board the first screen. */
export function exportBox(objects: readonly CanvasObject[]): Box {
  if (objects.length === 0) return { x: 0, y: 0, width: BOARD_WIDTH, height: BOARD_HEIGHT };
  const { x, y, width, height } = unionBox(objects.map(extentOf));
  const [left, top] = [Math.floor(x - MARGIN), Math.floor(y - MARGIN)];
  return {
    x: left,
    y: top,
    width: Math.ceil(x + width + MARGIN) - left,
    height: Math.ceil(y + height + MARGIN) - top,
  };
}

/** React draws when it likes, and the typesetter is loaded when a formula is first met. */
async function whenDrawn(studio: HTMLElement, objects: readonly CanvasObject[]) {
  const start = performance.now();
  for (;;) {
    const svg = studio.querySelector("svg");
    const drawn = svg?.querySelectorAll(":scope > [data-object-id]").length ?? 0;
    const isLate = performance.now() - start > DRAWING_LIMIT_MS;
    // of a typesetter that cannot be had, the server being away, the formulas' source is drawn
    const isTypeset = isLate || svg?.querySelector(".board-latex-coming") === null;
    if (svg && drawn === objects.length && isTypeset) return svg;
    if (isLate) {
      throw new Error("the board could not be drawn for the file");
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Of a picture that cannot be had its place is shown. */
async function embeddedImages({ objects, images }: Picture): Promise<BoardPictures> {
  const embedded = await readPictures(objects, images);
  return { ...images, addressOf: (imageId) => embedded.get(imageId) };
}

/** As older clients name pictures, by a path of this server. */
async function embedOwnImages(svg: SVGSVGElement): Promise<void> {
  const outside = [...svg.querySelectorAll("image")].filter((image) => {
    return image.getAttribute("href")?.startsWith("data:") !== true;
  });
  await Promise.all(
    outside.map(async (image) => {
      try {
        const response = await fetch(image.getAttribute("href") ?? "");
        if (!response.ok) throw new Error(`the server answered ${response.status}`);
        image.setAttribute("href", await dataUrl(await response.blob()));
      } catch {
        image.remove(); // gone on the board, too
      }
    }),
  );
}

/** Each object says in words what it is and whose, to screen readers and as a tooltip. */
function addTitles(svg: SVGSVGElement, { objects, names }: Picture): void {
  const byId = new Map(objects.map((object) => [object.id, object]));
  for (const group of svg.querySelectorAll(":scope > [data-object-id]")) {
    const object = byId.get(group.getAttribute("data-object-id") ?? "");
    if (!object) continue;
    const author = authorOf(object);
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = describeObject(object, author === TUTOR ? undefined : names.get(author));
    group.prepend(title);
    group.setAttribute("data-author", author);
  }
}
