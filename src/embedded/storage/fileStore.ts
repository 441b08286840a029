/**
 * The blobs of a deployment: one file each beside the database, named by a random UUID. Knows
 * nothing of HTTP. A blob exists before the `_storage` row that points to it and is removed after
 * the row is gone, so a crash can leave an orphan (swept at the next start) but never a row without
 * its blob.
 */

/** A whole blob that lies on disk, not yet pointed to by a row. */
export interface StoredBlob {
  readonly uuid: string;
  readonly size: number;
  /** Base64 of the digest. */
  readonly sha256: string;
}

export interface BlobMetadata {
  readonly size: number;
  readonly contentType: string | null;
  /** Base64 of the digest. */
  readonly sha256: string;
}

/** `start` inclusive, `end` exclusive, both in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface OpenBlob extends BlobMetadata {
  stream(range?: ByteRange): ReadableStream<Uint8Array>;
}

export interface UploadMetadata {
  readonly contentType?: string;
  /** Base64; a body with another digest is refused. */
  readonly sha256?: string;
  /** A longer body is refused as soon as the limit is passed. */
  readonly sizeLimitBytes?: number;
}

/** Why an upload was refused; `code` is what an HTTP answer should carry. */
export class UploadError extends Error {
  readonly code: "InvalidUploadToken" | "DigestMismatch" | "FileTooLarge";
  constructor(code: UploadError["code"], message: string) {
    super(message);
    this.name = "UploadError";
    this.code = code;
  }
}

export interface FileStore {
  /** A signed address that accepts one kind of request for an hour: POST of the raw body. */
  uploadUrl(): string;
  /** @throws UploadError */
  acceptUpload(
    token: string,
    body: AsyncIterable<Uint8Array>,
    metadata: UploadMetadata,
  ): Promise<{ storageId: string }>;
  /** The blob behind `/api/storage/<uuid>`, or null when there is none (any more). */
  open(uuid: string): OpenBlob | null;
  close(): Promise<void>;
}
