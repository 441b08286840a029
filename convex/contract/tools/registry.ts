/** Every tool with which the tutor acts on the board or looks at it, by the name a model calls it. */
import type { BoardLook } from "./boardLook.ts";
import type { BoardTool } from "./boardTool.ts";
import { clearTutorObjects } from "./clearTutorObjects.ts";
import { drawArrow } from "./drawArrow.ts";
import { drawAxis } from "./drawAxis.ts";
import { drawCard } from "./drawCard.ts";
import { drawConceptMap } from "./drawConceptMap.ts";
import { drawFlowchart } from "./drawFlowchart.ts";
import { drawFormula } from "./drawFormula.ts";
import { drawQuestion } from "./drawQuestion.ts";
import { drawShape } from "./drawShape.ts";
import { drawTable } from "./drawTable.ts";
import { drawText } from "./drawText.ts";
import { drawTimeline } from "./drawTimeline.ts";
import { findOnBoard } from "./findOnBoard.ts";
import { highlightObject } from "./highlightObject.ts";
import { surveyBoard } from "./surveyBoard.ts";

export const TOOLS = {
  clearTutorObjects,
  drawArrow,
  drawAxis,
  drawCard,
  drawConceptMap,
  drawFlowchart,
  drawFormula,
  drawQuestion,
  drawShape,
  drawTable,
  drawText,
  drawTimeline,
  highlightObject,
} as const;

export type ToolName = keyof typeof TOOLS;

/** These answer with words and change nothing. No name is in both lists. */
export const LOOKS = { findOnBoard, surveyBoard } as const;

export type LookName = keyof typeof LOOKS;

/** Undefined for a name that no tool has. */
export function findTool(name: string): BoardTool | undefined {
  return Object.hasOwn(TOOLS, name) ? TOOLS[name as ToolName] : undefined;
}

/** Undefined for a name that no look has. */
export function findLook(name: string): BoardLook | undefined {
  return Object.hasOwn(LOOKS, name) ? LOOKS[name as LookName] : undefined;
}
