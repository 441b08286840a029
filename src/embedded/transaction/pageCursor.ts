/**
 * Cursors of paginated queries. A position holds index keys, which may hold fields that a client must
 * not see, so it is sealed: encrypted and authenticated, bound to the very query that made it, and
 * deterministic (SIV), because a query that is run again must give the same result.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  timingSafeEqual,
} from "node:crypto";
import { DatabaseError } from "../store/databaseError.ts";
import type { Key } from "../values/keyEncoding.ts";

export type PagePosition =
  | { kind: "afterKey"; key: Key }
  /** In search results, which have no keys. */
  | { kind: "afterCount"; count: number }
  | { kind: "end" };

const TAG_BYTES = 16;

export class CursorSeal {
  readonly #secret: Uint8Array;

  /** @param secret 32 bytes, kept with the data */
  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** @param query text that identifies the query */
  seal(position: PagePosition, query: string): string {
    const plain = Buffer.from(JSON.stringify(position), "latin1");
    const tag = this.#tag(plain, query);
    const cipher = createCipheriv("aes-256-ctr", this.#encryptionKey(), tag);
    return Buffer.concat([tag, cipher.update(plain), cipher.final()]).toString("base64url");
  }

  /** @throws a DatabaseError that clients take for InvalidCursor, if it is not of this query */
  open(cursor: string, query: string): PagePosition {
    const sealed = Buffer.from(cursor, "base64url");
    const tag = sealed.subarray(0, TAG_BYTES);
    if (tag.length < TAG_BYTES) throw invalidCursor();
    const decipher = createDecipheriv("aes-256-ctr", this.#encryptionKey(), tag);
    const plain = Buffer.concat([decipher.update(sealed.subarray(TAG_BYTES)), decipher.final()]);
    if (!timingSafeEqual(tag, this.#tag(plain, query))) throw invalidCursor();
    return JSON.parse(plain.toString("latin1")) as PagePosition;
  }

  #tag(plain: Uint8Array, query: string): Buffer {
    const digest = createHash("sha256").update(query).digest();
    return createHmac("sha256", this.#secret)
      .update(digest)
      .update(plain)
      .digest()
      .subarray(0, TAG_BYTES);
  }

  #encryptionKey(): Buffer {
    return createHmac("sha256", this.#secret).update("encrypt").digest();
  }
}

function invalidCursor(): DatabaseError {
  return new DatabaseError(
    "BAD_REQUEST",
    "InvalidCursor: Tried to run a query starting from a cursor, but it looks like this cursor is from a different query.",
    { data: { isConvexSystemError: true, paginationError: "InvalidCursor" } },
  );
}
