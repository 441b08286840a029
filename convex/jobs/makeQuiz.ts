/** Makes the questions of a quiz that someone asked for. */
import { internal } from "../_generated/api.js";
import type { JobDefinition } from "./definition.ts";
import { quizIdOf } from "./subject.ts";

export const makeQuiz: JobDefinition = {
  action: internal.agents.quizMakerAgent.run,
  maxAttempts: 4,
  firstBackoffMs: 5_000,
  label: "making the quiz",
  idempotencyKey: quizIdOf,
  isWanted: async (ctx, input) => (await ctx.db.get("quizzes", quizIdOf(input))) !== null,
  onSucceeded: () => Promise.resolve(), // quizzes/drafting:save made it ready with its questions
  onDead: async (ctx, input, { code, message }) => {
    const state = { kind: "failed" as const, code, message };
    await ctx.db.patch("quizzes", quizIdOf(input), { state });
  },
  onRevived: async (ctx, input) => {
    await ctx.db.patch("quizzes", quizIdOf(input), { state: { kind: "making" } });
  },
};
