/** Reads request bodies within bounds: nothing larger than its limit is ever held in memory. */
import type { Context } from "hono";
import type { z } from "zod";

import { isTextTooNested } from "../values/nesting.ts";
import { HttpError } from "./httpError.ts";

/** 16 MiB of arguments, as base64 within JSON, and the rest of the request. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;
/** Of all bodies that are still coming in: anyone may open a hundred requests and finish none of them. */
const MAX_HELD_BYTES = 512 * 1024 * 1024;
let heldBytes = 0; // of this thread, whose memory it is

/** The JSON body, checked. @throws HttpError 400 naming the field, 413 */
export async function readJson<T extends z.ZodType>(
  context: Context,
  schema: T,
): Promise<z.infer<T>> {
  const bytes = await readBody(context.req.raw, MAX_JSON_BYTES);
  return parseJson(bytes.toString("utf8"), schema);
}

/** @throws HttpError 400 naming the field */
export function parseJson<T extends z.ZodType>(text: string, schema: T): z.infer<T> {
  if (isTextTooNested(text)) throw new HttpError(400, "BadJsonBody", "The body is too nested");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new HttpError(400, "BadJsonBody", "The body is not JSON");
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new HttpError(
    400,
    "BadJsonBody",
    `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`,
  );
}

/**
 * The whole body.
 * @throws HttpError 413 as soon as it is longer than `maxBytes`, 503 if too many others are coming in
 */
export async function readBody(request: Request, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = request.body;
  try {
    for await (const part of body ?? []) {
      size += part.byteLength;
      heldBytes += part.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      if (heldBytes > MAX_HELD_BYTES) {
        throw new HttpError(503, "TooManyConcurrentRequests", "Too many requests are coming in");
      }
      parts.push(part);
    }
    return Buffer.concat(parts, size);
  } finally {
    heldBytes -= size;
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, "RequestTooLarge", `The body is larger than ${maxBytes} bytes`);
}
