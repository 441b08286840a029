/**
 * The blobs of a deployment: one file each beside the database, named by a random UUID. Knows nothing
 * of HTTP. A blob is whole on disk before the row that points to it is committed and is removed after
 * the row is gone, so a crash can leave an orphan (swept when the store opens) but never a row without
 * its blob.
 */
import { createHash, randomUUID } from "node:crypto";
import type { Hash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { commitWrite, readSnapshot } from "../functions/transactions/commitWrite.ts";
import type { Database } from "../store/database.ts";
import { findStoredFile, insertStoredFile, storedBlobs } from "./storedFiles.ts";
import type { StoredFile } from "./storedFiles.ts";
import { openUploadTokens } from "./uploadTokens.ts";

/** A whole blob that lies on disk, not yet pointed to by a row. */
export interface StoredBlob {
  readonly uuid: string;
  readonly size: number;
  /** Base64 of the digest. */
  readonly sha256: string;
}

/** `start` inclusive, `end` exclusive, both in bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface OpenBlob extends Pick<StoredFile, "size" | "sha256" | "contentType"> {
  stream(range?: ByteRange): ReadableStream<Uint8Array>;
}

export interface UploadMetadata {
  readonly contentType?: string;
  /** Base64 or hexadecimal; a body with another digest is refused. */
  readonly sha256?: string;
  /** A longer body is refused as soon as the limit is passed. */
  readonly sizeLimitBytes?: number;
}

/** Why an upload was refused; `code` is what an HTTP answer should carry. */
export class UploadError extends Error {
  /** `StorageFailed`: the disk is full, or broken. */
  readonly code: "InvalidUploadToken" | "Sha256Mismatch" | "FileTooLarge" | "StorageFailed";
  constructor(code: UploadError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "UploadError";
    this.code = code;
  }
}

export interface FileStore {
  /**
   * A signed address that accepts the POST of one raw body after another for an hour, as files of a
   * component ("": the app).
   */
  uploadUrl(component: string): string;
  /** The public address of a blob. */
  url(uuid: string): string;
  /** @throws UploadError */
  acceptUpload(
    token: string,
    body: AsyncIterable<Uint8Array>,
    metadata: UploadMetadata,
  ): Promise<{ storageId: string }>;
  /** The blob behind `/api/storage/<uuid>`, or null when there is none (any more). */
  open(uuid: string): OpenBlob | null;
  /** Writes a blob to disk; without a row it is an orphan. @throws UploadError */
  write(body: AsyncIterable<Uint8Array>, metadata: UploadMetadata): Promise<StoredBlob>;
  /** Like `write`, for functions that may not wait. @throws UploadError */
  writeNow(bytes: Uint8Array, sha256?: string): StoredBlob;
  /** Stores a blob with its row, in a transaction of its own. Returns the component's storage id. */
  store(
    component: string,
    body: AsyncIterable<Uint8Array>,
    metadata: UploadMetadata,
  ): Promise<string>;
  /** The whole blob, for functions that may not wait. */
  readNow(uuid: string): Uint8Array;
  /** The whole blob, with its content type. */
  readBlob(file: StoredFile): Promise<Blob>;
  /** Removes blobs whose rows are gone; a blob that is already gone is no error. */
  remove(uuids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface FileStoreDeps {
  /** The folder for blobs, made when missing; null keeps them in a temporary one. */
  readonly directory: string | null;
  readonly database: Database;
  /** Public address of the deployment, without a slash at the end. */
  readonly cloudUrl: string;
  /** Ms since epoch. */
  readonly now?: () => number;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PARTIAL = ".partial";
/** No room, no quota, broken, or not to be written. */
const DISK_ERRORS: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EIO", "EROFS"]);

/** Opens the store and removes what a crash left behind. */
export async function openFileStore(deps: FileStoreDeps): Promise<FileStore> {
  const { database, cloudUrl } = deps;
  const directory = deps.directory ?? (await mkdtemp(path.join(tmpdir(), "embedded-convex-")));
  await mkdir(directory, { recursive: true });
  await sweepOrphans(directory, database);
  const tokens = await openUploadTokens(database, deps.now ?? Date.now);
  const fileOf = (uuid: string) => path.join(directory, uuid);

  async function store(
    component: string,
    body: AsyncIterable<Uint8Array>,
    metadata: UploadMetadata,
  ) {
    const blob = await writeBlob(directory, body, metadata);
    const file = { ...blob, contentType: metadata.contentType ?? null };
    try {
      return await commitWrite(database, (tx) => insertStoredFile(tx.inComponent(component), file));
    } catch (error) {
      await rm(fileOf(blob.uuid), { force: true }); // no row will ever point to it
      throw error;
    }
  }

  return {
    uploadUrl: (component) => `${cloudUrl}/api/storage/upload?token=${tokens.issue(component)}`,
    url: (uuid) => `${cloudUrl}/api/storage/${uuid}`,
    async acceptUpload(token, body, metadata) {
      const component = tokens.check(token);
      if (component === null) {
        throw new UploadError("InvalidUploadToken", "The upload URL is not valid or has expired.");
      }
      return { storageId: await store(component, body, metadata) };
    },
    open(uuid) {
      if (!UUID.test(uuid)) return null;
      const file = readSnapshot(database, (tx) => findStoredFile(tx, uuid));
      if (file === null) return null;
      const { size, sha256, contentType } = file;
      return {
        size,
        sha256,
        contentType,
        stream: (range) => streamFile(fileOf(uuid), size, range),
      };
    },
    write: (body, metadata) => writeBlob(directory, body, metadata),
    writeNow: (bytes, sha256) => writeBlobNow(directory, bytes, sha256),
    store,
    readNow: (uuid) => readFileSync(fileOf(uuid)),
    async readBlob({ uuid, contentType }) {
      // Read whole: a Blob that only points to the file could not be sent to another thread.
      const bytes = await readFile(fileOf(uuid));
      return new Blob([bytes], contentType === null ? {} : { type: contentType });
    },
    async remove(uuids) {
      for (const uuid of uuids) await rm(fileOf(uuid), { force: true });
    },
    async close() {
      if (deps.directory === null) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Writes under another name, makes it durable, and gives it its name only when it is whole. */
async function writeBlob(
  directory: string,
  body: AsyncIterable<Uint8Array>,
  metadata: UploadMetadata,
): Promise<StoredBlob> {
  const uuid = randomUUID();
  const partial = path.join(directory, uuid + PARTIAL);
  const hash = createHash("sha256");
  const file = await open(partial, "wx");
  try {
    const size = await copy(body, file, hash, metadata.sizeLimitBytes ?? Infinity);
    const digest = hash.digest();
    checkDigest(digest, metadata.sha256);
    await file.sync();
    await file.close();
    await rename(partial, path.join(directory, uuid));
    await syncDirectory(directory);
    return { uuid, size, sha256: digest.toString("base64") };
  } catch (error) {
    await file.close().catch(() => undefined); // it may be closed already; the first error counts
    await unlink(partial).catch(() => undefined); // a leftover is swept at the next start
    throw asUploadError(error);
  }
}

function writeBlobNow(directory: string, bytes: Uint8Array, sha256?: string): StoredBlob {
  const uuid = randomUUID();
  const digest = createHash("sha256").update(bytes).digest();
  checkDigest(digest, sha256);
  const file = path.join(directory, uuid);
  try {
    writeFileSync(file + PARTIAL, bytes, { flag: "wx", flush: true });
    renameSync(file + PARTIAL, file);
    syncDirectoryNow(directory);
  } catch (error) {
    rmSync(file + PARTIAL, { force: true });
    throw asUploadError(error);
  }
  return { uuid, size: bytes.byteLength, sha256: digest.toString("base64") };
}

/** What the disk says as an error of the upload; anything else (the body's own trouble) as it is. */
function asUploadError(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const isOfDisk = code !== undefined && DISK_ERRORS.has(code);
  return isOfDisk
    ? new UploadError("StorageFailed", `The file could not be written: ${message}`, error)
    : error;
}

async function copy(
  body: AsyncIterable<Uint8Array>,
  file: FileHandle,
  hash: Hash,
  limit: number,
): Promise<number> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) {
      throw new UploadError("FileTooLarge", `The file is larger than ${limit} bytes.`);
    }
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return size;
}

function checkDigest(digest: Buffer, expected: string | undefined): void {
  if (expected === undefined) return;
  if (digest.toString("base64") === expected || digest.toString("hex") === expected) return;
  throw new UploadError(
    "Sha256Mismatch",
    `Sha256 mismatch. Expected: ${expected} Actual: ${digest.toString("base64")}`,
  );
}

/** A rename is durable only when the folder is. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  await handle.sync();
  await handle.close();
}

function syncDirectoryNow(directory: string): void {
  const handle = openSync(directory, "r");
  fsyncSync(handle);
  closeSync(handle);
}

async function sweepOrphans(directory: string, database: Database): Promise<void> {
  const tx = database.begin("query");
  const known = new Set(storedBlobs(tx));
  tx.close();
  for (const name of await readdir(directory)) {
    const isOurs = UUID.test(name.replace(PARTIAL, ""));
    if (isOurs && !known.has(name)) await rm(path.join(directory, name), { force: true });
  }
}

function streamFile(file: string, size: number, range?: ByteRange): ReadableStream<Uint8Array> {
  const { start, end } = range ?? { start: 0, end: size };
  if (end <= start) return new Blob([]).stream();
  const reader = createReadStream(file, { start, end: end - 1 });
  return Readable.toWeb(reader) as ReadableStream<Uint8Array>;
}
