import fc from "fast-check";
import { expect, it } from "vitest";

import { chunkTransition, understandsChunks } from "./transitionChunks.ts";
import { decodeTimestamp, encodeTimestamp } from "./wireTimestamp.ts";

type Chunk = {
  type: string;
  chunk: string;
  partNumber: number;
  totalParts: number;
  transitionId: string;
};

it("[EC11] small transitions are left alone, large ones come in parts that join to the same text", () => {
  expect(chunkTransition("small")).toEqual(["small"]);
  for (const unit of ["a", "é", "€", "😀", '"\\']) {
    const large = unit.repeat(Math.ceil(11_000_000 / Buffer.byteLength(unit)));
    const chunks = chunkTransition(large).map((frame) => JSON.parse(frame) as Chunk);
    expect(chunks.map(({ chunk }) => chunk).join("") === large).toBe(true);
    expect(chunks.map(({ partNumber }) => partNumber)).toEqual(chunks.map((_, i) => i));
    for (const { type, chunk, totalParts, transitionId } of chunks) {
      expect({ type, totalParts, transitionId }).toEqual({
        ...{ type: "TransitionChunk", totalParts: chunks.length },
        transitionId: String(Buffer.byteLength(large)),
      });
      expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(5_000_000);
    }
  }
});

it("clients before 1.28 get no chunks, unknown ones do", () => {
  const versions = ["1.27.9", "0.99.0", "1.28.0", "1.48.0", "2.0.0", "python-0.7", undefined];
  expect(versions.map(understandsChunks)).toEqual([false, false, true, true, true, true, true]);
});

it("timestamps survive the wire, and foreign ones are never rounded down", () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (ts) => {
      expect(decodeTimestamp(encodeTimestamp(ts))).toBe(ts);
    }),
  );
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(1001n);
  expect(decodeTimestamp(bytes.toString("base64"))).toBe(2);
  for (const malformed of ["", "AAAA", "x", "AAAAAAAAAAAAAAAA"]) {
    expect(decodeTimestamp(malformed)).toBeNull();
  }
});
