"use node";
/** Reads an uploaded file into pages and passages; the action of the job readDocument. Safe to repeat. */
import { v } from "convex/values";
import { internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { internalAction, type ActionCtx } from "../_generated/server.js";
import { appError } from "../contract/errors.ts";
import { documentIdOf } from "../jobs/subject.ts";
import { vJobInput } from "../jobs/tables.ts";
import { cutPassages, type CutPage, type CutPassage } from "./cutPassages.ts";
import { detectFormat, MEDIA_TYPES } from "./formats/detectFormat.ts";
import { readPages } from "./formats/readPages.ts";

const PROGRESS_EVERY_MS = 200; // pages are read faster than anyone can see
const BATCH_CHARS = 400_000; // of one mutation; Convex takes 8 MiB, and the event loop should breathe
const BATCH_ROWS = 200;

export const run = internalAction({
  args: { jobId: v.id("jobs"), input: vJobInput },
  returns: v.null(),
  handler: async (ctx, { jobId, input }) => {
    const documentId = documentIdOf(input);
    const { token, ...file } = await ctx.runMutation(internal.documents.storing.begin, {
      documentId,
    });
    const run = { documentId, token };
    while (!(await ctx.runMutation(internal.documents.storing.clear, run)));
    const blob = await ctx.storage.get(file.storageId);
    if (blob === null) throw appError("DOCUMENT_BROKEN", "The file is not there any more.");
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const format = await detectFormat(bytes, file.name);
    await ctx.runMutation(internal.documents.storing.setMediaType, {
      ...run,
      mediaType: MEDIA_TYPES[format],
    });
    const pages = await readPages(bytes, format, reportPages(ctx, jobId, run));
    const cut = cutPassages(pages);
    await store(ctx, run, cut);
    await ctx.runMutation(internal.documents.storing.finish, {
      ...run,
      pageCount: pages.length,
      passageCount: cut.passages.length,
      proseCount: cut.passages.filter(({ isProse }) => isProse).length,
    });
    return null;
  },
});

interface Run {
  documentId: Id<"documents">;
  token: string;
}

/** Tells of the page that is read, not more often than is of use; the first and the last are always told. */
function reportPages(ctx: ActionCtx, jobId: Id<"jobs">, run: Run) {
  let toldAt = 0;
  return async (page: number, pageCount: number) => {
    const now = Date.now();
    if (now - toldAt < PROGRESS_EVERY_MS && page !== pageCount) return;
    toldAt = now;
    await ctx.runMutation(internal.documents.storing.setPage, { ...run, page, pageCount });
    const label = `reading page ${page} of ${pageCount}`;
    const progress = { done: page, total: pageCount, label };
    await ctx.runMutation(internal.jobs.execute.report, { jobId, progress });
  };
}

async function store(
  ctx: ActionCtx,
  run: Run,
  cut: { pages: CutPage[]; passages: CutPassage[] },
): Promise<void> {
  for (const pages of batches(cut.pages)) {
    await ctx.runMutation(internal.documents.storing.addPages, { ...run, pages });
  }
  const numbered = cut.passages.map((passage, ordinal) => ({ ...passage, ordinal }));
  for (const passages of batches(numbered)) {
    await ctx.runMutation(internal.documents.storing.addPassages, { ...run, passages });
  }
}

function batches<Row extends { text: string }>(rows: readonly Row[]): Row[][] {
  const found: Row[][] = [];
  let chars = 0;
  for (const row of rows) {
    const last = found.at(-1);
    chars += row.text.length;
    if (last === undefined || chars > BATCH_CHARS || last.length >= BATCH_ROWS) {
      found.push([row]);
      chars = row.text.length;
    } else {
      last.push(row);
    }
  }
  return found;
}
