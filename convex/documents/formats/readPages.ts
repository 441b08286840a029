"use node";
/** Reads any supported file into pages of blocks. The one place that knows which reader is for which format. */
import { appError } from "../../contract/errors.ts";
import { paginate, type PageBlocks } from "./blocks.ts";
import { decodeText, type Format } from "./detectFormat.ts";
import { htmlBlocks } from "./htmlBlocks.ts";
import { markdownBlocks } from "./markdownBlocks.ts";
import { plainTextBlocks } from "./plainTextBlocks.ts";
import { readDocx } from "./readDocx.ts";
import { readPdf } from "./readPdf.ts";
import { readPptx } from "./readPptx.ts";

const SECTION_CHARS = 3_000; // about a printed page, for formats that have none
const MAX_DOCUMENT_CHARS = 5_000_000; // some 2,500 pages
const MIN_LETTERS = 20; // fewer are a stamp on a scan

/**
 * `onPage` is told of progress where reading takes time. The pages keep their numbers: an empty one stays.
 * @throws DOCUMENT_HAS_NO_TEXT, DOCUMENT_TOO_LARGE, DOCUMENT_BROKEN, DOCUMENT_ENCRYPTED
 */
export async function readPages(
  bytes: Uint8Array,
  format: Format,
  onPage: (page: number, pageCount: number) => Promise<void>,
): Promise<PageBlocks[]> {
  const pages = await read();
  const texts = pages.flat().map(({ text }) => text);
  const chars = texts.reduce((sum, text) => sum + text.length, 0);
  if (chars > MAX_DOCUMENT_CHARS) {
    throw appError("DOCUMENT_TOO_LARGE", "This document holds more text than can be taken in.");
  }
  const letters = texts.join(" ").match(/\p{L}/gu)?.length ?? 0;
  if (letters < MIN_LETTERS) {
    const isPicture = format === "pdf" || format === "pptx";
    const message = isPicture ? undefined : "There is no text in this document.";
    throw appError("DOCUMENT_HAS_NO_TEXT", message);
  }
  return pages;

  async function read(): Promise<PageBlocks[]> {
    switch (format) {
      case "pdf":
        return await readPdf(bytes, onPage);
      case "pptx":
        return await readPptx(bytes);
      case "docx":
        return paginate(await readDocx(bytes), SECTION_CHARS);
      case "html":
        return paginate(htmlBlocks(decodeText(bytes)), SECTION_CHARS);
      case "markdown":
        return paginate(markdownBlocks(decodeText(bytes)), SECTION_CHARS);
      case "text":
        return paginate(plainTextBlocks(decodeText(bytes)), SECTION_CHARS);
    }
  }
}
