/**
 * A file's bytes on their way from a request to storage: counted, hashed, and looked at by their first
 * ones, without ever holding more of the file than these.
 */
import { createHash } from "node:crypto";

/** `tooLarge` makes the error that ends the bytes after `maxBytes`. `result` once they have all passed. */
export function measured(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLarge: () => Error,
) {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  async function* chunks() {
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) throw tooLarge();
      hash.update(chunk);
      yield chunk;
    }
  }
  return { chunks: chunks(), result: () => ({ sizeBytes, sha256: hash.digest("hex") }) };
}

/** Takes chunks until there are `length` bytes or no more. */
export async function readHead(
  chunks: AsyncIterator<Uint8Array>,
  length: number,
): Promise<Uint8Array[]> {
  const head: Uint8Array[] = [];
  let held = 0;
  while (held < length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(next.value);
    held += next.value.length;
  }
  return head;
}

export async function* rejoin(head: Uint8Array[], rest: AsyncIterable<Uint8Array>) {
  yield* head;
  yield* rest;
}
