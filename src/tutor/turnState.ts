/**
 * The life of one turn as a complete table: every state × every thing that can happen has a cell, and
 * the compiler refuses a missing one (rule TU1). Pure; effects are the runner's. A cell is the next
 * state, "stay" (it happened too late to matter) or "never" (it would be a fault in this program).
 *
 *   idle → thinking → speaking ⇄ usingTool → done | cancelled | failed
 */
export const TURN_STATES = [
  "idle",
  "thinking",
  "speaking",
  "usingTool",
  "done",
  "cancelled",
  "failed",
] as const;
export type TurnState = (typeof TURN_STATES)[number];

export const TURN_INPUTS = [
  "begun", // the question is written, its lease is ours
  "textCame",
  "toolCalled",
  "toolReturned",
  "completed", // the tutor has nothing more to say
  "stopped", // a person stopped it
  "broke", // the tutor, the store or this server failed
] as const;
export type TurnInput = (typeof TURN_INPUTS)[number];

type Cell = TurnState | "stay" | "never";

const ended: Record<TurnInput, Cell> = {
  begun: "never",
  textCame: "stay", // tokens that were under way when it ended
  toolCalled: "stay",
  toolReturned: "stay",
  completed: "stay",
  stopped: "stay", // a second stop, or one that crossed the end
  broke: "stay",
};

export const TURN_TABLE: Record<TurnState, Record<TurnInput, Cell>> = {
  idle: {
    begun: "thinking",
    textCame: "never",
    toolCalled: "never",
    toolReturned: "never",
    completed: "never",
    stopped: "never",
    broke: "failed",
  },
  thinking: {
    begun: "never",
    textCame: "speaking",
    toolCalled: "usingTool",
    toolReturned: "never",
    completed: "done",
    stopped: "cancelled",
    broke: "failed",
  },
  speaking: {
    begun: "never",
    textCame: "speaking",
    toolCalled: "usingTool",
    toolReturned: "never",
    completed: "done",
    stopped: "cancelled",
    broke: "failed",
  },
  usingTool: {
    begun: "never",
    textCame: "never",
    toolCalled: "never", // tools are used one after the other
    toolReturned: "speaking",
    completed: "never",
    stopped: "cancelled",
    broke: "failed",
  },
  done: ended,
  cancelled: ended,
  failed: ended,
};

/** The state after `input`. @throws when the table says that this cannot happen. */
export function nextTurnState(state: TurnState, input: TurnInput): TurnState {
  const cell = TURN_TABLE[state][input];
  if (cell === "never") throw new Error(`a turn that is ${state} cannot have "${input}"`);
  return cell === "stay" ? state : cell;
}

export function isTurnOver(state: TurnState): boolean {
  return state === "done" || state === "cancelled" || state === "failed";
}
