/**
 * Timestamps as the sync protocol carries them: unsigned 64-bit nanoseconds, base64 of 8 little-endian
 * bytes. Inside the engine a timestamp is an integer number of microseconds.
 */
const NANOSECONDS_PER_TICK = 1000n;

/** The one that was encoded last: a commit's time goes to all whom it concerns, one after the other. */
let last = { microseconds: 0, encoded: "AAAAAAAAAAA=" };

/** The wire form of an engine timestamp (microseconds, an integer from 0 to 2^53). */
export function encodeTimestamp(microseconds: number): string {
  if (microseconds !== last.microseconds) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(microseconds) * NANOSECONDS_PER_TICK);
    last = { microseconds, encoded: bytes.toString("base64") };
  }
  return last.encoded;
}

/** The engine timestamp of a wire form, rounded up so that a promise to be "not older" is kept; null if malformed. */
export function decodeTimestamp(encoded: string): number | null {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length !== 8) return null;
  const nanoseconds = bytes.readBigUInt64LE();
  return Number((nanoseconds + NANOSECONDS_PER_TICK - 1n) / NANOSECONDS_PER_TICK);
}
