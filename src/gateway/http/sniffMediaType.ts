/**
 * What a file really is, told by its first bytes and never by what the client says (UP3). Names only
 * decide between kinds that look the same inside: plain text, Markdown and HTML fragments. Whether the
 * rest of the file can be read is found out by the job that reads it.
 */
import { fileTypeFromBuffer } from "file-type";
import { appError } from "../../../convex/contract/errors.ts";

/** Enough for the part of an Office file that names its kind. */
export const SNIFFED_BYTES = 64 * 1024;

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
const READABLE = new Set(["application/pdf", DOCX, PPTX]);
const OFFICE_BY_NAME: Record<string, string> = { docx: DOCX, pptx: PPTX };
const TEXT_BY_NAME: Record<string, string> = {
  md: "text/markdown",
  markdown: "text/markdown",
  html: "text/html",
  htm: "text/html",
  xhtml: "text/html",
};
const HTML_START = /^\s*(<!--[\s\S]*?-->\s*)*(<\?xml[^>]*>\s*)?(<!doctype html|<html)/i;

/**
 * The media type of a file that starts with `head` (its first SNIFFED_BYTES, or all of it).
 * @throws DOCUMENT_TYPE_UNSUPPORTED, DOCUMENT_ENCRYPTED, DOCUMENT_BROKEN (an empty file)
 */
export async function sniffMediaType(name: string, head: Uint8Array): Promise<string> {
  if (head.length === 0) throw appError("DOCUMENT_BROKEN", `${name} is empty.`);
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const signature = (await fileTypeFromBuffer(head))?.mime.split(";")[0];
  const type =
    signature === undefined || signature === "application/xml" // as XHTML is
      ? textType(extension, head)
      : binaryType(extension, signature);
  if (type !== undefined) return type;
  const sentence = `${name} cannot be read. Use PDF, DOCX, PPTX, HTML, Markdown or text.`;
  throw appError("DOCUMENT_TYPE_UNSUPPORTED", sentence);
}

function binaryType(extension: string, signature: string): string | undefined {
  if (READABLE.has(signature)) return signature;
  const office = OFFICE_BY_NAME[extension];
  // Office wraps documents with a password into its old container format.
  if (office !== undefined && signature === "application/x-cfb")
    throw appError("DOCUMENT_ENCRYPTED");
  // A large or damaged Office file may show no more than that it is a ZIP: its reader will tell.
  return signature === "application/zip" ? office : undefined;
}

function textType(extension: string, head: Uint8Array): string | undefined {
  const text = decodeText(head);
  if (text === undefined) return undefined;
  return HTML_START.test(text) ? "text/html" : (TEXT_BY_NAME[extension] ?? "text/plain");
}

/** The text that `head` is, or undefined if it is binary. A character cut at the end is no fault. */
function decodeText(head: Uint8Array): string | undefined {
  const encoding = utf16Mark(head) ?? "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return text.includes("\0") ? undefined : text;
  } catch {
    return looksLatin(head) ? new TextDecoder("windows-1252").decode(head) : undefined;
  }
}

function utf16Mark(head: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return undefined;
}

/** Old Western text files have no control characters but line ends, tabs and form feeds. */
function looksLatin(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}
