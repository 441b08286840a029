"use node";
/** Brings the passages of a document into an action, and fits them into a prompt. */
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import type { ActionCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import type { StoredPassage } from "./material.ts";

const PROMPT_CHARS = 48_000; // about 12,000 tokens: fits every model worth using

/** All passages in reading order. @throws NOT_FOUND when there is none */
export async function readPassages(ctx: ActionCtx, documentId: Id<"documents">) {
  const passages: StoredPassage[] = [];
  for (;;) {
    const fromOrdinal = (passages.at(-1)?.ordinal ?? -1) + 1;
    const next = await ctx.runQuery(internal.agents.material.passages, { documentId, fromOrdinal });
    if (next.length === 0) break;
    passages.push(...next);
  }
  if (passages.length === 0) throw appError("NOT_FOUND", "There is nothing to read.");
  return passages;
}

/** The passages as numbered text; of a long document an even sample. Numbers are places in `passages`. */
export function asPrompt(passages: readonly StoredPassage[]): string {
  const lines = passages.map(({ page, heading, text }, number) => {
    return `[${number}] (page ${page}${heading === null ? "" : `, ${heading}`}) ${text}`;
  });
  const chars = lines.reduce((sum, line) => sum + line.length, 0);
  const step = Math.max(1, chars / PROMPT_CHARS);
  const chosen: string[] = [];
  for (let at = 0; at < lines.length; at += step) chosen.push(lines[Math.floor(at)] ?? "");
  return chosen.join("\n\n").slice(0, PROMPT_CHARS);
}
