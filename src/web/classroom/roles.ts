/** The roles of a session in words. The owner's cannot be given away. */
import type { FunctionArgs } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";

export type GrantableRole = FunctionArgs<typeof api.sessions.participants.invite>["role"];

export const ROLES = [
  { name: "student", label: "Student", hint: "Asks, draws, uploads, takes quizzes." },
  {
    name: "teacher",
    label: "Teacher",
    hint: "Also invites, changes the tutor’s drawing, ends the session.",
  },
  { name: "observer", label: "Observer", hint: "Sees everything, changes nothing." },
] as const satisfies readonly { name: GrantableRole; label: string; hint: string }[];
