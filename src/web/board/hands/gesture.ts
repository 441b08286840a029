/** What a pointer does between down and up, and what a gesture may use of the board. */
import type { Box, CanvasObject } from "../../../../convex/contract/boardOps.ts";
import type { Tool } from "./boardKeys.ts";
import type { BoardChange } from "../link/boardScene.ts";
import type { BoardScene } from "../link/boardScene.ts";
import type { PenPoint } from "./freehand.ts";
import type { NewObject } from "../objects/newObject.ts";
import type { Point, Viewport } from "../layers/viewport.ts";

/** A pointer's place: on the board, and on the screen for what moves the board itself. */
export interface GesturePoint {
  board: PenPoint;
  screen: Point;
  isShift: boolean;
  at: number; // ms, of the page's own clock
}

export interface Gesture {
  move: (to: GesturePoint) => void;
  end: () => void;
  /** Leaves the board as it was, for when a second finger turns the gesture into a pinch. */
  cancel: () => void;
}

/** What is shown of a gesture that is not on the board yet. */
export type Draft =
  /** New ones, or those of the board as they are being resized. */
  | { kind: "objects"; objects: readonly CanvasObject[] }
  /** Those of the board as they are being moved, by board pixels. */
  | { kind: "moved"; objects: readonly CanvasObject[]; dx: number; dy: number }
  | { kind: "stroke"; points: PenPoint[]; colour: string; size: number }
  | { kind: "frame"; box: Box };

export interface InkStyle {
  colour: string;
  size: number; // board pixels
}

/** The board as a gesture sees it when it begins. */
export interface GestureBoard {
  scene: BoardScene;
  selection: ReadonlySet<string>;
  viewport: Viewport;
  ink: InkStyle;
  mayEdit: (object: CanvasObject) => boolean;
  /** An id and the marks of its maker, for something new. */
  signed: (object: NewObject) => CanvasObject;
  write: (changes: readonly BoardChange[]) => void;
  beginGesture: () => void;
  undo: () => void;
  setSelection: (objectIds: ReadonlySet<string>) => void;
  setDraft: (draft: Draft | undefined) => void;
  setTool: (tool: Tool) => void;
  pan: (dx: number, dy: number) => void;
  /** Edits the words of an object, which may not be on the board yet. */
  beginText: (object: CanvasObject) => void;
  /** Shows this person's pointer to everybody at a place, for so long. */
  ping: (at: Point, lifetimeMs: number) => void;
  /** Says why some of these, which somebody tried to change, may not be. */
  sayLocked: (tried: readonly CanvasObject[]) => void;
  /** Whether a click on it answers a question. */
  canAnswer: (object: CanvasObject) => boolean;
  answer: (object: CanvasObject) => void;
}
