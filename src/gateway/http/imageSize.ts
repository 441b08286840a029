/**
 * How many pixels a picture has, by its header. A file of a few kilobytes can unfold to gigabytes on
 * every screen that shows it, so this is known before it is kept. Reads PNG, GIF, WebP and JPEG as
 * their specifications lay them out (PNG 3rd edition 11.2.1, GIF89a 18, RFC 9649, ITU-T T.81 B.2.2).
 */
export interface ImageSize {
  width: number;
  height: number;
}

/** `mediaType`: one of IMAGE_TYPES. Undefined when `head` does not say it where it must. */
export function imageSize(mediaType: string, head: Buffer): ImageSize | undefined {
  try {
    const size = READERS[mediaType]?.(head);
    return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the head ends before it says so
    throw error;
  }
}

const READERS: Readonly<Record<string, (head: Buffer) => ImageSize | undefined>> = {
  "image/png": (head) => ({ width: head.readUInt32BE(16), height: head.readUInt32BE(20) }),
  "image/gif": (head) => ({ width: head.readUInt16LE(6), height: head.readUInt16LE(8) }),
  "image/webp": webpSize,
  "image/jpeg": jpegSize,
};

function webpSize(head: Buffer): ImageSize | undefined {
  switch (head.toString("latin1", 12, 16)) {
    case "VP8 ":
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      const bits = head.readUInt32LE(21);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case "VP8X":
      return { width: 1 + head.readUIntLE(24, 3), height: 1 + head.readUIntLE(27, 3) };
    default:
      return undefined;
  }
}

/** Goes from segment to segment until the one that begins the frame. */
function jpegSize(head: Buffer): ImageSize | undefined {
  let at = 2; // after the marker that begins every file
  for (;;) {
    if (head.readUInt8(at) !== 0xff) return undefined;
    const marker = head.readUInt8(at + 1);
    if (marker === 0xff)
      at += 1; // padding
    else if (isFrameStart(marker)) {
      return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
    } else at += 2 + head.readUInt16BE(at + 2);
  }
}

/** SOF0 to SOF15, without the tables that have numbers among them (DHT, JPG, DAC). */
function isFrameStart(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
