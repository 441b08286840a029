/**
 * Files over HTTP: uploads to signed addresses, downloads with byte ranges. Addresses are secrets that
 * whoever holds them may use, so nobody is asked who they are.
 */
import { Hono } from "hono";

import type { ByteRange, FileStore, OpenBlob } from "../storage/fileStore.ts";
import { HttpError } from "./httpError.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Of RFC 9110, as far as it goes: what follows a `;` is left to those who read it. */
const MEDIA_TYPE = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+\s*(;.*)?$/;
/** What a blob's address names never changes. */
const CACHE_CONTROL = "private, max-age=2592000";

export function storageRoutes(files: FileStore): Hono {
  const app = new Hono();

  app.post("/api/storage/upload", async (context) => {
    const contentType = context.req.header("content-type");
    if (contentType !== undefined && !MEDIA_TYPE.test(contentType)) {
      throw new HttpError(400, "BadHeader", "Bad header for content-type");
    }
    const sha256 = sha256Digest(context.req.header("digest"));
    const { storageId } = await files.acceptUpload(
      context.req.query("token") ?? "",
      context.req.raw.body ?? emptyBody(),
      {
        ...(contentType === undefined ? {} : { contentType }),
        ...(sha256 === undefined ? {} : { sha256 }),
      },
    );
    return context.json({ storageId });
  });

  app.get("/api/storage/:uuid", (context) => {
    const uuid = context.req.param("uuid");
    if (!UUID.test(uuid)) {
      throw new HttpError(400, "InvalidStoragePath", `Invalid storage path: "${uuid}"`);
    }
    const blob = files.open(uuid);
    if (blob === null) throw new HttpError(404, "StorageIdNotFound", "No such file");
    return serveBlob(blob, context.req.header("range"));
  });

  return app;
}

function serveBlob(blob: OpenBlob, rangeHeader: string | undefined): Response {
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    "Cache-Control": CACHE_CONTROL,
    Digest: `sha-256=${blob.sha256}`,
  });
  if (blob.contentType !== null) headers.set("Content-Type", blob.contentType);
  const range = parseRange(rangeHeader, blob.size);
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${blob.size}`);
    return new Response(null, { status: 416, headers });
  }
  if (range === "whole") {
    headers.set("Content-Length", String(blob.size));
    return new Response(blob.stream(), { headers });
  }
  headers.set("Content-Length", String(range.end - range.start));
  headers.set("Content-Range", `bytes ${range.start}-${range.end - 1}/${blob.size}`);
  return new Response(blob.stream(range), { status: 206, headers });
}

/** One range of bytes, as RFC 9110 writes it. Units nobody knows are ignored; several ranges are refused. */
function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "whole" | "unsatisfiable" {
  if (header?.startsWith("bytes=") !== true) return "whole";
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/.exec(header);
  if (match === null) return "unsatisfiable";
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return "unsatisfiable";
  const range =
    first === ""
      ? { start: Math.max(0, size - Number(last)), end: size }
      : { start: Number(first), end: last === "" ? size : Math.min(size, Number(last) + 1) };
  return range.start < range.end ? range : "unsatisfiable";
}

/** The base64 of a `Digest: sha-256=…` header. @throws HttpError 400 for another algorithm */
function sha256Digest(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^sha-256=(.+)$/i.exec(header.trim());
  if (match?.[1] === undefined) {
    throw new HttpError(400, "BadDigest", "The Digest header must be sha-256=<base64>");
  }
  return match[1];
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  // An upload of nothing is an upload of zero bytes.
}
