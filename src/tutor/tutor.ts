/**
 * A tutor answers one question: it says text, cites and draws, and then it is done. There are two, with
 * a language model and without; the runner cannot tell them apart.
 */
import type { LookName, ToolName } from "../../convex/contract/tools/registry.ts";
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";
import type { AnswerCitation } from "../../convex/contract/tutorEvents.ts";
import type { FoundPassage, TurnContext, TutorSettings } from "./turnStore.ts";

export interface TutorRequest {
  question: string;
  /** Ids of board objects that the student had selected while asking. */
  boardSelection: string[];
  context: TurnContext;
  settings: TutorSettings;
  /** Passages for any text of the asker's or the tutor's choosing, best first. */
  search: (text: string, limit: number) => Promise<FoundPassage[]>;
  board: BoardView;
  /** Runs a tool; resolves with what was drawn. @throws coded errors with a message for the model. */
  useTool: (name: ToolName, args: unknown) => Promise<BoardOp[]>;
  /** Looks at the board as it is now; resolves with JSON for the model. @throws like `useTool` */
  lookAtBoard: (name: LookName, args: unknown) => Promise<string>;
}

export type TutorOutput =
  | { type: "text"; text: string }
  | { type: "citations"; citations: AnswerCitation[]; dropped: number }
  | { type: "usage"; inputTokens: number; outputTokens: number };

export interface Tutor {
  /** "extractive" or the model's name, for the record. */
  madeBy(settings: TutorSettings): string;
  /** Stops soon after the signal aborts. @throws coded errors (MODEL_…). */
  answer(request: TutorRequest, signal: AbortSignal): AsyncIterable<TutorOutput>;
}
