import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import { SNIFFED_BYTES, sniffMediaType } from "./sniffMediaType.ts";

const documents = join(import.meta.dirname, "../../../test/fixtures/documents");
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

const utf8 = (text: string) => new TextEncoder().encode(text);
const CFB = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ...new Uint8Array(600));

async function codeOf(name: string, head: Uint8Array): Promise<string | undefined> {
  const outcome = await sniffMediaType(name, head).then(
    (type) => type,
    (error: unknown) => appErrorDataOf(error)?.code,
  );
  return outcome;
}

it.each([
  ["introduction-to-r.pdf", "application/pdf"],
  ["encrypted.pdf", "application/pdf"], // its reader tells why it cannot be read
  ["what-is-ownership.docx", DOCX],
  ["what-is-ownership.pptx", PPTX],
  ["what-is-ownership.html", "text/html"],
  ["semantic-versioning.md", "text/markdown"],
])("[V4.1.1] [UP3] %s is %s by its content, whatever it is called", async (file, type) => {
  const head = readFileSync(join(documents, file)).subarray(0, SNIFFED_BYTES);
  expect(await sniffMediaType(file, head)).toBe(type);
  if (!type.startsWith("text/")) expect(await sniffMediaType("notes.txt", head)).toBe(type);
});

it.each([
  ["notes.txt", utf8("Plain words."), "text/plain"],
  ["notes", utf8("No extension."), "text/plain"],
  ["page.txt", utf8("<!-- c -->\n<!DOCTYPE html><p>x"), "text/html"],
  ["page.html", utf8("<p>A fragment"), "text/html"],
  ["page.xhtml", utf8('<?xml version="1.0"?><html></html>'), "text/html"],
  ["umlaut.txt", Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72), "text/plain"], // Latin-1
  ["wide.txt", Uint8Array.of(0xff, 0xfe, 0x41, 0x00, 0x42, 0x00), "text/plain"], // UTF-16
])("[UP3] %s is read as text", async (name, head, type) => {
  expect(await codeOf(name, head)).toBe(type);
});

it.each([
  ["empty.pdf", new Uint8Array(), "DOCUMENT_BROKEN"],
  ["program.pdf", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0), "DOCUMENT_TYPE_UNSUPPORTED"],
  [
    "picture.md",
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    "DOCUMENT_TYPE_UNSUPPORTED",
  ],
  ["secret.docx", CFB, "DOCUMENT_ENCRYPTED"],
  ["old.doc", CFB, "DOCUMENT_TYPE_UNSUPPORTED"],
  ["nul.txt", utf8("a\0b"), "DOCUMENT_TYPE_UNSUPPORTED"],
  ["rich.txt", utf8("{\\rtf1\\ansi x}"), "DOCUMENT_TYPE_UNSUPPORTED"],
])("[UP3] %s is refused", async (name, head, code) => {
  expect(await codeOf(name, head)).toBe(code);
});

it("[UP3] a text that is cut inside a character is still text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(), async (text, at) => {
      const bytes = utf8(text.replaceAll("\0", "x"));
      const head = bytes.subarray(0, 1 + (at % bytes.length));
      fc.pre(!/^\s*[<{%!\uFEFF]/.test(text)); // those start other formats
      expect(await codeOf("a.txt", head)).toBe("text/plain");
    }),
  );
});

it("[UP3] arbitrary bytes give a type or a coded refusal, never another error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (head) => {
      expect(await codeOf("any.docx", head)).toMatch(/^(text\/|application\/|DOCUMENT_)/);
    }),
  );
});
