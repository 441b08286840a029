/**
 * Cuts a Transition that is too large for one frame into `TransitionChunk` frames, which the client
 * joins again. The frames must be sent one after the other with no other message between them.
 */
const MAX_CHUNK_BYTES = 5_000_000; // the size at which the real backend starts to cut
const FIRST_CHUNKING_CLIENT = [1, 28] as const;

/** Whether the client version in the socket's address understands chunks. Unknown versions do. */
export function understandsChunks(clientVersion: string | undefined): boolean {
  const parts = /^(\d+)\.(\d+)\./.exec(clientVersion ?? "");
  if (parts === null) return true;
  const [major, minor] = [Number(parts[1]), Number(parts[2])];
  const [firstMajor, firstMinor] = FIRST_CHUNKING_CLIENT;
  return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}

/** The frames that carry `transition`: itself when it is small enough, else its chunks in order. */
export function chunkTransition(transition: string): string[] {
  // A UTF-16 unit takes at most three bytes, so most frames need no exact count.
  if (transition.length * 3 <= MAX_CHUNK_BYTES) return [transition];
  const bytes = Buffer.from(transition, "utf8");
  if (bytes.length <= MAX_CHUNK_BYTES) return [transition];
  const chunks: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = characterBoundary(bytes, Math.min(start + MAX_CHUNK_BYTES, bytes.length));
    chunks.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return chunks.map((chunk, partNumber) =>
    JSON.stringify({
      type: "TransitionChunk",
      chunk,
      partNumber,
      totalParts: chunks.length,
      transitionId: String(bytes.length),
    }),
  );
}

/** The nearest position at or before `end` that does not split a UTF-8 character. */
function characterBoundary(bytes: Buffer, end: number): number {
  let boundary = end;
  while (boundary < bytes.length && ((bytes[boundary] ?? 0) & 0xc0) === 0x80) boundary -= 1;
  return boundary;
}
