import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { IMAGE_TYPES } from "../../../convex/contract/boardOps.ts";
import { LOSSLESS_WEBP, PICTURES, pngHeader } from "../../../test/support/pictures.ts";
import { imageSize } from "./imageSize.ts";

const SMALL = { width: 7, height: 5 };

it.each(IMAGE_TYPES)("[BO12] the pixels of a real %s are counted by its header", (mediaType) => {
  expect(imageSize(mediaType, PICTURES[mediaType])).toEqual(SMALL);
});

it("[BO12] every layout of WebP says its size", () => {
  expect(imageSize("image/webp", LOSSLESS_WEBP)).toEqual(SMALL);
  const extended = Buffer.from("RIFF____WEBPVP8X____________________", "latin1");
  extended.writeUIntLE(20_000 - 1, 24, 3);
  extended.writeUIntLE(70_000 - 1, 27, 3);
  expect(imageSize("image/webp", extended)).toEqual({ width: 20_000, height: 70_000 });
});

it("[BO12] a JPEG is read past what its camera told, and padding", () => {
  const jpeg = PICTURES["image/jpeg"];
  const told = Buffer.alloc(60_004);
  told.writeUInt16BE(0xffe1, 0);
  told.writeUInt16BE(60_002, 2);
  const padding = Buffer.of(0xff, 0xff);
  const long = Buffer.concat([jpeg.subarray(0, 2), told, padding, jpeg.subarray(2)]);
  expect(imageSize("image/jpeg", long)).toEqual(SMALL);
});

it("[BO12] a picture that promises gigabytes is known by its first bytes", () => {
  const size = imageSize("image/png", pngHeader(100_000, 90_000));
  expect(size).toEqual({ width: 100_000, height: 90_000 });
});

test.prop([fc.constantFrom(...IMAGE_TYPES), fc.uint8Array({ maxLength: 400 }), fc.nat(400)])(
  "[BO12] no bytes, cut off or made up, are more than a picture without a size",
  (mediaType, bytes, at) => {
    const real = PICTURES[mediaType];
    for (const head of [Buffer.from(bytes), real.subarray(0, at), damaged(real, bytes, at)]) {
      const size = imageSize(mediaType, head);
      if (size !== undefined) expect(Math.min(size.width, size.height)).toBeGreaterThan(0);
    }
  },
);

function damaged(real: Buffer, bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(real);
  copy.set(bytes.subarray(0, Math.max(0, copy.length - at)), Math.min(at, copy.length));
  return copy;
}
