/** Draws a concept with what belongs to it around it, left and right. */
import { z } from "zod";
import type { CanvasObject } from "../boardOps.ts";
import { boxHeight, caption, connector, labelledBox, TITLE_FONT } from "./blockParts.ts";
import { defineTool } from "./boardTool.ts";
import { colorAt } from "./palette.ts";
import { placeBlock } from "./placement.ts";

const BRANCH_WIDTH = 260;
const HUB_WIDTH = 240;
const REACH = 110; // between hub and branches; holds the relation's words
const ROW_GAP = 24;
const NOTE_FONT = 13;
const NOTE_GAP = 6;

const branch = z.object({
  label: z.string().min(1).max(80),
  relation: z.string().max(24).nullable().describe("How it belongs to the concept: needs, is a, …"),
  note: z.string().max(160).nullable().describe("A few words under it."),
});
type Branch = z.infer<typeof branch>;

export const drawConceptMap = defineTool({
  description:
    "Draw a concept map: one concept in the middle, two to eight related ones around it.",
  label: "Drawing a concept map",
  args: z.object({
    concept: z.string().min(1).max(80),
    branches: z.array(branch).min(1).max(8),
  }),
  plan({ concept, branches }, board) {
    const half = Math.ceil(branches.length / 2);
    const [right, left] = [branches.slice(0, half), branches.slice(half)];
    const hubHeight = boxHeight(concept, HUB_WIDTH, TITLE_FONT);
    const height = Math.max(hubHeight, sideHeight(left), sideHeight(right));
    const hubX = left.length > 0 ? BRANCH_WIDTH + REACH : 0;
    const middle = height / 2;
    const hub = { x: hubX, y: middle - hubHeight / 2, width: HUB_WIDTH, height: hubHeight };
    const rightX = hubX + HUB_WIDTH + REACH;
    const objects = [
      ...side(right, { x: rightX, first: 0, height, hubEdge: [hubX + HUB_WIDTH, middle] }),
      ...side(left, { x: 0, first: half, height, hubEdge: [hubX, middle] }),
      ...labelledBox({
        ...{ id: "hub", ...hub, text: concept, color: "blue", role: "concept" },
        shape: "ellipse",
        fontSize: TITLE_FONT - 4,
      }),
    ];
    const width = rightX + BRANCH_WIDTH;
    return placeBlock({ prefix: "concepts", objects, width, height }, board);
  },
});

function branchHeight({ label, note }: Branch): { box: number; whole: number } {
  const box = boxHeight(label, BRANCH_WIDTH);
  return { box, whole: note === null ? box : box + NOTE_GAP + noteHeight(note) };
}

function noteHeight(note: string): number {
  const object = caption({
    id: "",
    x: 0,
    y: 0,
    width: BRANCH_WIDTH,
    text: note,
    fontSize: NOTE_FONT,
  });
  return Number(object.height);
}

function sideHeight(branches: readonly Branch[]): number {
  const heights = branches.map((b) => branchHeight(b).whole);
  return heights.reduce((sum, h) => sum + h + ROW_GAP, -ROW_GAP);
}

function side(
  branches: readonly Branch[],
  place: { x: number; first: number; height: number; hubEdge: readonly [number, number] },
): CanvasObject[] {
  const { x, hubEdge } = place;
  const isRight = x > hubEdge[0];
  let y = (place.height - sideHeight(branches)) / 2;
  return branches.flatMap((b, i) => {
    const id = `branch-${place.first + i}`;
    const heights = branchHeight(b);
    const color = colorAt(place.first + i + 1);
    const box = { id, x, y, width: BRANCH_WIDTH, height: heights.box, text: b.label };
    const touch = [isRight ? x : x + BRANCH_WIDTH, y + heights.box / 2] as const;
    const parts = [
      connector({ id: `${id}-line`, kind: "line", from: hubEdge, to: touch, color }),
      ...labelledBox({ ...box, color, role: "branch" }),
    ];
    if (b.relation !== null && b.relation !== "") {
      const middle = (hubEdge[1] + touch[1]) / 2;
      const left = Math.min(hubEdge[0], touch[0]);
      const words = { width: REACH, text: b.relation, fontSize: NOTE_FONT };
      const at = { x: left, y: middle - NOTE_FONT };
      parts.push(caption({ id: `${id}-relation`, ...at, ...words, textAnchor: "middle" }));
    }
    if (b.note !== null && b.note !== "") {
      const at = { x, y: y + heights.box + NOTE_GAP, width: BRANCH_WIDTH };
      parts.push(caption({ id: `${id}-note`, ...at, text: b.note, fontSize: NOTE_FONT }));
    }
    y += heights.whole + ROW_GAP;
    return parts;
  });
}
