/**
 * The records of a ZIP file, as far as snapshots need them: stored or deflated entries, names in UTF-8, and
 * the 64-bit forms of sizes and offsets. Pure; see PKWARE's APPNOTE for the layout.
 */

/** What the directory at the end of the file says of one entry. */
export type ZipEntry = {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Bytes in the file and bytes after inflating. */
  readonly compressedSize: number;
  readonly size: number;
  /** Where the entry's local header begins. */
  readonly offset: number;
};

export const STORED = 0;
export const DEFLATED = 8;

export const LOCAL_HEADER_BYTES = 30;
export const END_BYTES = 22;
export const LOCATOR_64_BYTES = 20;
export const END_64_BYTES = 56;
/** A comment of full length may follow the end record. */
export const MAX_END_BYTES = END_BYTES + 0xffff;

const DIRECTORY_ENTRY_BYTES = 46;
const SIGNATURE = {
  local: 0x04034b50,
  entry: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
};
const NAMES_ARE_UTF8 = 0x0800;
const IS_ENCRYPTED = 0x0001;
const VERSION = 45; // the first with 64-bit sizes
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;
const EXTRA_64 = 0x0001;
/** 1980-01-01, the first day that the format knows: contents alone decide what a snapshot is. */
const DATE = 0x21;

/** The file is no ZIP file, is damaged, or uses what snapshots do not. */
export class ZipError extends Error {}

/** @param entry sizes beyond 32 bits are told by the directory alone */
export function localHeader(entry: Omit<ZipEntry, "offset">): Buffer {
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  header.writeUInt32LE(SIGNATURE.local, 0);
  writeCommon(header, 4, entry, name);
  return Buffer.concat([header, name]);
}

export function directoryEntry(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const large = [entry.size, entry.compressedSize, entry.offset].filter((n) => n >= MAX_32);
  const extra = Buffer.alloc(large.length === 0 ? 0 : 4 + 8 * large.length);
  if (large.length > 0) {
    extra.writeUInt16LE(EXTRA_64, 0);
    extra.writeUInt16LE(8 * large.length, 2);
    large.forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
  }
  const header = Buffer.alloc(DIRECTORY_ENTRY_BYTES);
  header.writeUInt32LE(SIGNATURE.entry, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, entry, name);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(Math.min(entry.offset, MAX_32), 42);
  return Buffer.concat([header, name, extra]);
}

/** What both kinds of headers say, from `at` on. */
function writeCommon(
  header: Buffer,
  at: number,
  entry: Omit<ZipEntry, "offset">,
  name: Buffer,
): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(NAMES_ARE_UTF8, at + 2);
  header.writeUInt16LE(entry.method, at + 4);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(entry.crc, at + 10);
  header.writeUInt32LE(Math.min(entry.compressedSize, MAX_32), at + 14);
  header.writeUInt32LE(Math.min(entry.size, MAX_32), at + 18);
  header.writeUInt16LE(name.length, at + 22);
}

/** What follows the directory, which lies at `offset` and has `size` bytes. */
export function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end64 = Buffer.alloc(END_64_BYTES);
  end64.writeUInt32LE(SIGNATURE.end64, 0);
  end64.writeBigUInt64LE(BigInt(END_64_BYTES - 12), 4);
  end64.writeUInt16LE(VERSION, 12);
  end64.writeUInt16LE(VERSION, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(size), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(LOCATOR_64_BYTES);
  locator.writeUInt32LE(SIGNATURE.locator64, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(SIGNATURE.end, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(size, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  const needs64 = count >= MAX_16 || size >= MAX_32 || offset >= MAX_32;
  return needs64 ? Buffer.concat([end64, locator, end]) : end;
}

export type DirectoryPlace = { count: number; size: number; offset: number };

/**
 * @param tail the last bytes of the file
 * @returns where the directory is, or where the 64-bit record lies that says so
 * @throws ZipError
 */
export function findDirectory(tail: Buffer): DirectoryPlace | { end64At: number } {
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at === -1 || at + END_BYTES > tail.length) throw new ZipError("It is not a ZIP file.");
  const place = {
    count: tail.readUInt16LE(at + 10),
    size: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const locator = at - LOCATOR_64_BYTES;
  const is64 = locator >= 0 && tail.readUInt32LE(locator) === SIGNATURE.locator64;
  return is64 ? { end64At: Number(tail.readBigUInt64LE(locator + 8)) } : place;
}

/** @throws ZipError */
export function readEnd64(record: Buffer): DirectoryPlace {
  if (record.length < END_64_BYTES || record.readUInt32LE(0) !== SIGNATURE.end64) {
    throw new ZipError("Its directory cannot be found.");
  }
  const field = (at: number): number => Number(record.readBigUInt64LE(at));
  return { count: field(32), size: field(40), offset: field(48) };
}

/** @throws ZipError */
export function readDirectory(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + DIRECTORY_ENTRY_BYTES > directory.length) throw new ZipError("It is cut short.");
    if (directory.readUInt32LE(at) !== SIGNATURE.entry) throw new ZipError("It is damaged.");
    const nameEnd = at + DIRECTORY_ENTRY_BYTES + directory.readUInt16LE(at + 28);
    const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
    if ((directory.readUInt16LE(at + 8) & IS_ENCRYPTED) !== 0) {
      throw new ZipError("It is encrypted.");
    }
    const next64 = fields64(directory.subarray(nameEnd, extraEnd));
    const size = directory.readUInt32LE(at + 24);
    const compressedSize = directory.readUInt32LE(at + 20);
    const offset = directory.readUInt32LE(at + 42);
    entries.push({
      name: directory.toString("utf8", at + DIRECTORY_ENTRY_BYTES, nameEnd),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      size: size === MAX_32 ? next64() : size,
      compressedSize: compressedSize === MAX_32 ? next64() : compressedSize,
      offset: offset === MAX_32 ? next64() : offset,
    });
    at = extraEnd + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** The 64-bit values of an entry's extra fields, one after the other. */
function fields64(extra: Buffer): () => number {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== EXTRA_64) {
    at += 4 + extra.readUInt16LE(at + 2);
  }
  at += 4;
  return () => {
    if (at + 8 > extra.length) throw new ZipError("It is damaged.");
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  };
}

/** Where the contents of an entry begin. @param header its local header @throws ZipError */
export function contentOffset(entry: ZipEntry, header: Buffer): number {
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== SIGNATURE.local) {
    throw new ZipError(`${entry.name} cannot be found in it.`);
  }
  return entry.offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}
