"use node";
/**
 * Tells what a file is from its content; the name only decides between kinds of text. What cannot be read is
 * refused here with a reason the person who uploaded it can act on.
 */
import { fileTypeFromBuffer } from "file-type";
import { appError } from "../../contract/errors.ts";

export type Format = "pdf" | "docx" | "pptx" | "html" | "markdown" | "text";

export const MEDIA_TYPES = {
  pdf: "application/pdf",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  html: "text/html",
  markdown: "text/markdown",
  text: "text/plain",
} as const satisfies Record<Format, string>;

/** @throws DOCUMENT_TYPE_UNSUPPORTED, DOCUMENT_BROKEN, DOCUMENT_ENCRYPTED, DOCUMENT_HAS_NO_TEXT */
export async function detectFormat(bytes: Uint8Array, name: string): Promise<Format> {
  if (bytes.length === 0) throw appError("DOCUMENT_BROKEN", "This file is empty.");
  if (startsWith(bytes, "%PDF-", 1_024)) return "pdf"; // some writers put bytes before the mark
  const detected = await fileTypeFromBuffer(bytes).catch(() => undefined);
  switch (detected?.ext) {
    case "docx":
    case "pptx":
      refuseBombs(bytes);
      return detected.ext;
    case "cfb":
      return refuseOldOffice(bytes);
    case "xml":
    case undefined:
      break;
    default:
      return refuseOther(bytes, name, detected?.mime ?? "");
  }
  return startsWith(bytes, ZIP_MARK, 0) ? refuseZip(bytes, name) : textFormat(bytes, name);
}

const ZIP_MARK = "PK\u0003\u0004";

/** The bytes as text: UTF-8, UTF-16 with its mark, else Windows-1252. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes); // never fails: every byte is a sign there
  }
}

function textFormat(bytes: Uint8Array, name: string): Format {
  const text = decodeText(bytes.subarray(0, 64 * 1024));
  const controls = text.match(/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/gu)?.length ?? 0;
  if (controls > text.length / 100) throw appError("DOCUMENT_TYPE_UNSUPPORTED");
  if (HTML_START.test(text)) return "html";
  const ending = /\.([a-z0-9]+)$/iu.exec(name)?.[1]?.toLowerCase() ?? "";
  return FORMAT_OF_ENDING[ending] ?? (looksLikeMarkdown(text) ? "markdown" : "text");
}

const FORMAT_OF_ENDING: Readonly<Record<string, Format>> = {
  html: "html",
  htm: "html",
  xhtml: "html",
  md: "markdown",
  mdx: "markdown",
  markdown: "markdown",
  txt: "text",
};

const HTML_START =
  /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body)\b/iu;

function looksLikeMarkdown(text: string): boolean {
  const marks = text.match(/^(#{1,6} \S|```|[-*] \S|\[[^\]]+\]\([^)]+\))/gmu)?.length ?? 0;
  return marks >= 5 && /^#{1,6} \S/mu.test(text);
}

function refuseOther(bytes: Uint8Array, name: string, mime: string): never {
  if (mime === "application/zip") return refuseZip(bytes, name);
  if (mime.startsWith("image/")) {
    throw appError("DOCUMENT_HAS_NO_TEXT", "This is a picture. Upload a document with text.");
  }
  throw appError("DOCUMENT_TYPE_UNSUPPORTED");
}

/** A small file can unpack to gigabytes; its directory says how large before anything is unpacked. */
function refuseBombs(bytes: Uint8Array): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.lastIndexOf(ZIP_END);
  if (end < 0)
    throw appError("DOCUMENT_BROKEN", "This file is cut off or damaged. Upload it again.");
  let unpackedBytes = 0;
  let at = view.readUInt32LE(Math.min(end + 16, view.length - 4));
  while (at >= 0 && at + 46 <= view.length && view.readUInt32LE(at) === ZIP_ENTRY) {
    unpackedBytes += view.readUInt32LE(at + 24);
    at += 46 + view.readUInt16LE(at + 28) + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
  }
  if (unpackedBytes > MAX_UNPACKED_BYTES) throw appError("DOCUMENT_TOO_LARGE");
}

const ZIP_END = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const ZIP_ENTRY = 0x02014b50;
const MAX_UNPACKED_BYTES = 400 * 1024 * 1024; // eight times the largest upload; pictures hardly shrink

/** A ZIP that is no known document: a damaged one when its name says that it should be one. */
function refuseZip(bytes: Uint8Array, name: string): never {
  const isMeant = /\.(docx|pptx)$/iu.test(name);
  if (isMeant && !hasZipEnd(bytes)) {
    throw appError("DOCUMENT_BROKEN", "This file is cut off or damaged. Upload it again.");
  }
  if (isMeant) throw appError("DOCUMENT_BROKEN");
  throw appError("DOCUMENT_TYPE_UNSUPPORTED");
}

/** The old container of Office: a document from before 2007, or a newer one with a password. */
function refuseOldOffice(bytes: Uint8Array): never {
  const encrypted = Buffer.from("EncryptedPackage", "utf16le");
  if (Buffer.from(bytes).includes(encrypted)) throw appError("DOCUMENT_ENCRYPTED");
  const message = "This is an old Office format. Save it as DOCX, PPTX or PDF and upload that.";
  throw appError("DOCUMENT_TYPE_UNSUPPORTED", message);
}

/** A whole ZIP ends with its directory; a cut one does not. */
function hasZipEnd(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(-66_000)).includes(ZIP_END);
}

function startsWith(bytes: Uint8Array, mark: string, within: number): boolean {
  const head = Buffer.from(bytes.subarray(0, within + mark.length));
  return head.includes(mark, 0, "latin1");
}
