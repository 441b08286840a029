/**
 * Takes the files of one multipart request off the wire and hands each, as it flows, to `store`.
 * Never holds more of a file than its first SNIFFED_BYTES: reading is as fast as storing. The first
 * thing that goes wrong ends it all (UP2); the rest of the body is then read and thrown away, since a
 * client that is still sending would not see the answer otherwise.
 */
import type { IncomingMessage } from "node:http";
import { Busboy } from "@fastify/busboy";
import type { BusboyFileStream, BusboyHeaders, BusboyInstance } from "@fastify/busboy";
import { appError } from "../../../convex/contract/errors.ts";
import {
  MAX_DOCUMENT_BYTES,
  MAX_FILES_PER_UPLOAD,
  MAX_TITLE_CHARS,
} from "../../../convex/contract/limits.ts";
import { measured, readHead, rejoin } from "./fileBytes.ts";
import { MAX_UPLOAD_OVERHEAD_BYTES } from "./requestLimits.ts";
import { SNIFFED_BYTES, sniffMediaType } from "./sniffMediaType.ts";

export interface ReceivedFile {
  readonly storageId: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string; // hex
}
/** Keeps a file's bytes; answers the id it is kept under. `signal`: nobody wants it any more. */
export type StoreFile = (
  bytes: AsyncIterable<Uint8Array>,
  mediaType: string,
  signal: AbortSignal,
) => Promise<string>;

export const FILES_FIELD = "files";
const MAX_REQUEST_BYTES = MAX_FILES_PER_UPLOAD * MAX_DOCUMENT_BYTES + MAX_UPLOAD_OVERHEAD_BYTES;

/**
 * @returns the files in the order of the request, at least one
 * @throws INVALID_INPUT, DOCUMENT_TOO_LARGE, DOCUMENT_TYPE_UNSUPPORTED, DOCUMENT_ENCRYPTED,
 *   DOCUMENT_BROKEN, and what `store` throws; what was stored by then is left behind
 */
export async function receiveFiles(
  request: IncomingMessage,
  store: StoreFile,
): Promise<ReceivedFile[]> {
  const parser = createParser(request);
  const abort = new AbortController();
  const files: Promise<ReceivedFile>[] = [];
  const fail = (error: unknown) => abort.abort(error);
  parser.on("file", (field, stream, name) => {
    stream.on("error", fail);
    // Whoever still waits for bytes of it must not wait for ever.
    abort.signal.addEventListener("abort", () => stream.destroy());
    const file = receiveFile(field, stream, name);
    file.catch(fail); // ends the others at once; reported below
    files.push(file);
  });
  parser.on("filesLimit", () => fail(appError("LIMIT_EXCEEDED", TOO_MANY)));

  async function receiveFile(field: string, stream: BusboyFileStream, rawName: string) {
    if (field !== FILES_FIELD) {
      throw appError("INVALID_INPUT", `Files belong into the field "${FILES_FIELD}".`);
    }
    const name = cleanFileName(rawName);
    const tooLarge = () => {
      const error = appError("DOCUMENT_TOO_LARGE", `${name} is larger than 50 MB.`);
      fail(error); // before it is thrown, of which whoever reads makes an error of its own
      return error;
    };
    const bytes = measured(stream as AsyncIterable<Buffer>, MAX_DOCUMENT_BYTES, tooLarge);
    const head = await readHead(bytes.chunks, SNIFFED_BYTES);
    const mediaType = await sniffMediaType(name, Buffer.concat(head));
    const storageId = await store(rejoin(head, bytes.chunks), mediaType, abort.signal);
    return { storageId, name, mediaType, ...bytes.result() };
  }

  try {
    await pump(request, parser, abort.signal);
    const received = await Promise.all(files);
    if (received.length === 0) throw appError("INVALID_INPUT", `No file in "${FILES_FIELD}".`);
    return received;
  } catch (error) {
    fail(error);
    request.unpipe(parser);
    request.resume();
    await Promise.allSettled(files); // none may still be storing when the answer goes out
    throw abort.signal.reason; // what went wrong first; the rest are its consequences
  }
}

const TOO_MANY = `At most ${MAX_FILES_PER_UPLOAD} files can be uploaded at once.`;

function createParser(request: IncomingMessage): BusboyInstance {
  if (Number(request.headers["content-length"] ?? 0) > MAX_REQUEST_BYTES) {
    throw appError("DOCUMENT_TOO_LARGE");
  }
  const { headers } = request;
  if (headers["content-type"]?.startsWith("multipart/form-data") !== true) {
    throw appError("INVALID_INPUT", "Send the files as multipart/form-data.");
  }
  try {
    return new Busboy({
      headers: headers as BusboyHeaders,
      limits: {
        fileSize: MAX_DOCUMENT_BYTES + 1, // one more than allowed, so that reaching it is too many
        files: MAX_FILES_PER_UPLOAD,
        fields: 0,
        headerPairs: 32,
        headerSize: 4096,
      },
    });
  } catch {
    throw appError("INVALID_INPUT", "The multipart form has no boundary.");
  }
}

/** Resolves when the parser has seen the whole body; rejects when it, the client or a file fails. */
function pump(request: IncomingMessage, parser: BusboyInstance, signal: AbortSignal) {
  return new Promise<void>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    request.once("close", () => {
      if (!request.complete) reject(appError("INTERRUPTED", "The upload was broken off."));
    });
    parser.once("error", () => reject(appError("INVALID_INPUT", "The multipart form is damaged.")));
    parser.once("finish", resolve);
    request.pipe(parser);
  });
}

/** Shown to others: no folders, no control characters, no more than a title's length. */
function cleanFileName(raw: string): string {
  const base = raw.split(/[\\/]/).at(-1) ?? "";
  const clean = base.replace(/[\u0000-\u001f\u007f]/g, " ").trim();
  if (clean.length <= MAX_TITLE_CHARS) return clean === "" ? "document" : clean;
  const extension = /\.\w{1,8}$/.exec(clean)?.[0] ?? "";
  return clean.slice(0, MAX_TITLE_CHARS - extension.length) + extension;
}
