/** A board's document without a room, whose breaking fails the test. */
import { BoardDocument } from "../../src/sync/document/boardDocument.ts";
import type { Writer } from "../../src/sync/document/changeOrigins.ts";
import { TutorSeal } from "../../src/sync/document/tutorSeal.ts";

export function createLoneBoardDocument<W extends Writer>(maxPendingBytes = 10_000) {
  return new BoardDocument<W>({
    limits: { maxPendingBytes, maxPendingUpdates: 100 },
    seal: new TutorSeal(new Uint8Array(32), "session"),
    onBroken: (error) => {
      throw error;
    },
  });
}
