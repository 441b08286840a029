"use node";
/** Reads a Word document: mammoth makes HTML of its styles, which is then read as HTML. */
import mammoth from "mammoth";
import { appError } from "../../contract/errors.ts";
import type { Block } from "./blocks.ts";
import { htmlBlocks } from "./htmlBlocks.ts";

/** @throws DOCUMENT_BROKEN */
export async function readDocx(bytes: Uint8Array): Promise<Block[]> {
  const html = await mammoth
    .convertToHtml(
      { buffer: Buffer.from(bytes) },
      // Pictures are not read, and as data: addresses they would be most of the HTML.
      { convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: "" })) },
    )
    .catch(() => {
      throw appError("DOCUMENT_BROKEN", "This Word document is damaged and cannot be opened.");
    });
  return htmlBlocks(html.value);
}
