/** What a tutor can do to a session's board, and see of it, during one turn (rules TU2, TU17). */
import type { BoardOp } from "../../convex/contract/boardOps.ts";
import { appError } from "../../convex/contract/errors.ts";
import { findLook, findTool } from "../../convex/contract/tools/registry.ts";
import type { BoardPort } from "./boardPort.ts";
import type { TutorRequest } from "./tutor.ts";

/** Lets a tool be used and tells people of it, with the objects that it touched. */
export type TellUse = <Result>(
  tool: { name: string; label: string },
  use: () => Promise<Result>,
  touchedBy: (result: Result) => string[],
) => Promise<Result>;

export function createTurnTools(
  board: BoardPort,
  sessionId: string,
  tellUse: TellUse,
): Pick<TutorRequest, "useTool" | "lookAtBoard"> {
  return {
    async useTool(name, args) {
      const tool = findTool(name);
      if (tool === undefined) throw appError("INVALID_INPUT", "No such tool.");
      const draw = () => board.draw(sessionId, (view) => tool.plan(tool.args.parse(args), view));
      return await tellUse({ name, label: tool.label }, draw, (ops) => ops.map(objectIdOf));
    },
    async lookAtBoard(name, args) {
      const look = findLook(name);
      if (look === undefined) throw appError("INVALID_INPUT", "No such tool.");
      const see = async () => look.answer(look.args.parse(args), await board.view(sessionId));
      return await tellUse({ name, label: look.label }, see, () => []);
    },
  };
}

function objectIdOf(op: BoardOp): string {
  return op.type === "add" || op.type === "mark" ? op.object.id : op.objectId;
}
