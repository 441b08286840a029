/** Small real pictures of every kind that a board takes, each 7 × 5 pixels, and PNG files of any size. */
import { crc32, deflateSync } from "node:zlib";

export const PICTURES = {
  "image/png": png(7, 5),
  "image/gif": Buffer.from("R0lGODdhBwAFAIAAAMwzMwAAACwAAAAABwAFAAACBYSPqctdADs=", "base64"),
  "image/jpeg": Buffer.from(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI//////////////////////" +
      "//////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////" +
      "////////////////////////////////wAARCAAFAAcDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xA" +
      "AUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAgP/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9" +
      "oADAMBAAIRAxEAPwCABXf/2Q==",
    "base64",
  ),
  "image/webp": Buffer.from(
    "UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoHAAUAB0CWJaACdAFAAAD+2ibFwyGI/JL1J+VgiAA=",
    "base64",
  ),
} as const;

/** WebP without losses, which says its size in another place. */
export const LOSSLESS_WEBP = Buffer.from(
  "UklGRiAAAABXRUJQVlA4TBQAAAAvBgABEA8wM8M8M/Mf8Ji/iP7HAQ==",
  "base64",
);

/** One colour all over; `text` makes files of the same look differ. Not for sizes that do not fit in memory. */
export function png(width: number, height: number, colour = [204, 51, 51], text = ""): Buffer {
  const row = Buffer.concat([Buffer.of(0), Buffer.from(Array(width).fill(colour).flat())]);
  const header = pngHeader(width, height);
  const pixels = deflateSync(Buffer.concat(Array<Buffer>(height).fill(row)));
  const words = pngChunk("tEXt", Buffer.from(`Comment\0${text}`, "latin1"));
  return Buffer.concat([
    header,
    words,
    pngChunk("IDAT", pixels),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The beginning of a PNG that says it has so many pixels. */
export function pngHeader(width: number, height: number): Buffer {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), pngChunk("IHDR", data)]);
}

function pngChunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
