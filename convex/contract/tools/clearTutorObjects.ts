/** Takes away what the tutor drew; what people drew stays. */
import { z } from "zod";
import { isAssistants } from "../boardOps.ts";
import { defineTool } from "./boardTool.ts";

export const clearTutorObjects = defineTool({
  description: "Remove everything you drew on the board. What people drew stays.",
  label: "Clearing my drawings",
  args: z.object({}),
  plan(_args, board) {
    return [...board.objects.values()]
      .filter((object) => isAssistants(object))
      .map(({ id }) => ({ type: "delete", objectId: id }));
  },
});
