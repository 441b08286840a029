/**
 * Takes one picture, the whole body of a request, off the wire and hands it, as it flows, to `store`.
 * What it is is told by its content; only what is looked at and never run is taken (rule BO11).
 */
import type { IncomingMessage } from "node:http";
import { fileTypeFromBuffer } from "file-type";
import { IMAGE_TYPES } from "../../../convex/contract/boardOps.ts";
import { appError } from "../../../convex/contract/errors.ts";
import { MAX_IMAGE_BYTES } from "../../../convex/contract/limits.ts";
import { measured, readHead, rejoin } from "./fileBytes.ts";
import { imageSize } from "./imageSize.ts";
import type { ReceivedFile, StoreFile } from "./receiveFiles.ts";

/** A JPEG says its size only after whatever its camera had to tell. */
const HEAD_BYTES = 512 * 1024;
/** 256 MB on every screen while it is shown; a good telephone makes 50 million. */
const MAX_PIXELS = 64_000_000;

const TOO_LARGE = "A picture may have 10 MB. Make it smaller and try again.";
const WRONG_TYPE = "This is no picture that a board can show. Use PNG, JPEG, GIF or WebP.";
const BROKEN = "This picture is damaged. Save it anew and try again.";
const TOO_WIDE = "This picture has too many pixels. Make it smaller and try again.";

export type ReceivedImage = Omit<ReceivedFile, "name">;

/**
 * @throws DOCUMENT_TOO_LARGE, DOCUMENT_TYPE_UNSUPPORTED, DOCUMENT_BROKEN, and what `store` throws; what
 *   was stored by then is left behind
 */
export async function receiveImage(
  request: IncomingMessage,
  store: StoreFile,
): Promise<ReceivedImage> {
  const abort = new AbortController();
  const tooLarge = () => {
    const error = appError("DOCUMENT_TOO_LARGE", TOO_LARGE);
    abort.abort(error); // before it is thrown, of which whoever reads makes an error of its own
    return error;
  };
  try {
    if (Number(request.headers["content-length"] ?? 0) > MAX_IMAGE_BYTES) throw tooLarge();
    // Not destroyed when reading ends early: the answer goes out on the same connection.
    const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    const bytes = measured(body, MAX_IMAGE_BYTES, tooLarge);
    const head = await readHead(bytes.chunks, HEAD_BYTES);
    const mediaType = await imageType(Buffer.concat(head));
    const storageId = await store(rejoin(head, bytes.chunks), mediaType, abort.signal);
    return { storageId, mediaType, ...bytes.result() };
  } catch (error) {
    request.resume(); // a client that is still sending would not see the answer otherwise
    if (request.destroyed && !request.complete) {
      throw appError("INTERRUPTED", "The upload was broken off.");
    }
    throw abort.signal.aborted ? abort.signal.reason : error;
  }
}

async function imageType(head: Buffer): Promise<string> {
  const told = (await fileTypeFromBuffer(head))?.mime;
  const mediaType = told === "image/apng" ? "image/png" : told; // a PNG that moves
  if (mediaType === undefined || !IMAGE_TYPES.some((type) => type === mediaType)) {
    throw appError("DOCUMENT_TYPE_UNSUPPORTED", WRONG_TYPE);
  }
  const size = imageSize(mediaType, head);
  if (size === undefined) throw appError("DOCUMENT_BROKEN", BROKEN);
  if (size.width * size.height > MAX_PIXELS) throw appError("DOCUMENT_TOO_LARGE", TOO_WIDE);
  return mediaType;
}
