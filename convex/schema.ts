/** Spreads every room's tables; defines none. */
import { defineSchema } from "convex/server";
import { agentTables } from "./agents/tables.ts";
import { documentTables } from "./documents/tables.ts";
import { jobTables } from "./jobs/tables.ts";
import { lessonTables } from "./lessons/tables.ts";
import { quizTables } from "./quizzes/tables.ts";
import { reportTables } from "./reports/tables.ts";
import { sessionTables } from "./sessions/tables.ts";
import { turnTables } from "./turns/tables.ts";
import { userTables } from "./users/tables.ts";
import { whiteboardTables } from "./whiteboard/tables.ts";

export default defineSchema({
  ...userTables,
  ...sessionTables,
  ...documentTables,
  ...lessonTables,
  ...turnTables,
  ...whiteboardTables,
  ...quizTables,
  ...reportTables,
  ...jobTables,
  ...agentTables,
});
