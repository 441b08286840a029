"use node";
/**
 * Reads a PDF page by page with unpdf, the only pdfjs in this process. Pictures are not looked at: a PDF that
 * holds only images has no text and says so.
 */
import { getDocumentProxy } from "unpdf";
import { appError } from "../../contract/errors.ts";
import type { PageBlocks } from "./blocks.ts";
import { pdfBlocks } from "./pdfBlocks.ts";
import { linesOf, type Line, type TextRun } from "./pdfLines.ts";

const MAX_PAGES = 3_000;

/** `onPage` is told the number (from 1) of every page that was read. @throws the DOCUMENT_ codes */
export async function readPdf(
  bytes: Uint8Array,
  onPage: (page: number, pageCount: number) => Promise<void>,
): Promise<PageBlocks[]> {
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 }).catch((error: unknown) => {
    throw codedPdfError(error);
  });
  try {
    const pageCount = pdf.numPages;
    if (pageCount > MAX_PAGES) {
      throw appError("DOCUMENT_TOO_LARGE", `A document may have at most ${MAX_PAGES} pages.`);
    }
    const pages: Line[][] = [];
    for (let number = 1; number <= pageCount; number++) {
      await onPage(number, pageCount);
      const page = await pdf.getPage(number).catch(() => {
        throw appError("DOCUMENT_BROKEN", `Page ${number} of this PDF is damaged.`);
      });
      const { items, styles } = await page.getTextContent();
      pages.push(linesOf(items.flatMap((item) => runOf(item, styles))));
      page.cleanup();
    }
    return pdfBlocks(pages);
  } finally {
    await pdf.loadingTask.destroy();
  }
}

type Styles = Record<string, { fontFamily?: string }>;

function runOf(item: object, styles: Styles): TextRun[] {
  if (!("str" in item)) return []; // a mark of the structure, not text
  const { str, transform, width, fontName } = item as {
    str: string;
    transform: number[];
    width: number;
    fontName: string;
  };
  const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = transform;
  if (str === "" || Math.abs(b) > Math.abs(a)) return []; // written upwards: a margin note or a watermark
  const size = Math.hypot(c, d);
  const isMono = styles[fontName]?.fontFamily === "monospace";
  return [{ text: str, x, y, width, size, isMono, font: fontName }];
}

function codedPdfError(error: unknown) {
  const name = error instanceof Error ? error.name : "";
  if (name === "PasswordException") return appError("DOCUMENT_ENCRYPTED");
  return appError("DOCUMENT_BROKEN", "This PDF is damaged and cannot be opened.");
}
