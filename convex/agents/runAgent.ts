"use node";
/** Runs one agent: on the model where one is configured and the agent enabled, else extractively; and logs the run. */
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { ActionCtx } from "../_generated/server.js";
import { appErrorDataOf } from "../contract/errors.ts";
import { completeJson, hasModel, type JsonRequest } from "./modelProvider.ts";
import type { AgentName } from "./tables.ts";

export const EXTRACTIVE = "extractive";

/**
 * `extract` and `ask` give the same kind of result; `fromModel` turns what the model said into it and may drop
 * what does not hold. @throws the MODEL_ codes
 */
export async function runAgent<Output, Result>(
  ctx: ActionCtx,
  run: { agent: Exclude<AgentName, "tutor">; jobId: Id<"jobs">; sessionId: Id<"sessions"> },
  work: {
    extract: () => Result;
    ask: () => JsonRequest<Output>;
    fromModel: (output: Output) => Result;
  },
): Promise<{ result: Result; madeBy: string }> {
  const startedAt = Date.now();
  const settings = await ctx.runQuery(internal.agents.settings.forAgent, { agent: run.agent });
  const log = async (entry: {
    madeBy: string;
    inputTokens: number;
    outputTokens: number;
    outcome: "ok" | NonNullable<ReturnType<typeof appErrorDataOf>>["code"];
  }) => {
    const durationMs = Date.now() - startedAt;
    await ctx.runMutation(internal.agents.runLog.record, { ...run, ...entry, durationMs });
  };

  if (!hasModel() || !settings.isEnabled) {
    const result = work.extract();
    await log({ madeBy: EXTRACTIVE, inputTokens: 0, outputTokens: 0, outcome: "ok" });
    return { result, madeBy: EXTRACTIVE };
  }
  try {
    const { output, model, inputTokens, outputTokens } = await completeJson(work.ask(), settings);
    await log({ madeBy: model, inputTokens, outputTokens, outcome: "ok" });
    return { result: work.fromModel(output), madeBy: model };
  } catch (error) {
    const outcome = appErrorDataOf(error)?.code ?? "INTERNAL";
    const madeBy = settings.model ?? "model";
    await log({ madeBy, inputTokens: 0, outputTokens: 0, outcome });
    throw error;
  }
}
