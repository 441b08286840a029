/**
 * Answers to sync step 1, remembered by what the asker has. When a class comes in, hundreds ask the
 * same question about the same version of a board, and encoding it is nearly all the work: 1,000
 * joins of a 1.1 MB board took 2 s instead of 33 s (rule WB1). Knows neither sockets nor rights.
 */
import * as Y from "yjs";
import { encodeSyncReply, encodeUpdateMessage } from "../protocol/boardMessages.ts";
import { encodePiece } from "./document/updatePieces.ts";

/** Less is as quickly made again; hundreds of boards with little on them wait at a time. */
const WORTH_REMEMBERING_BYTES = 1024;
/** Different askers at one version: tabs that were offline since different moments, and their next pieces. */
const MAX_REMEMBERED = 256;
/** The largest board, once or twice; whoever makes questions up gets no more than that to be kept. */
export const MAX_REMEMBERED_BYTES = 24 * 1024 * 1024;

/** A frame to send, and the question to ask next once it is sent; undefined = that was all. */
export interface SyncReply {
  readonly frame: Uint8Array;
  readonly next: Uint8Array | undefined;
}

export class SyncReplies {
  readonly #doc: Y.Doc;
  #replies: Map<string, SyncReply> | undefined; // made when one is worth it
  #bytes = 0;
  #stateVector: Uint8Array | undefined;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
  }

  /** To be called whenever the document changes. */
  forget(): void {
    this.#replies = undefined;
    this.#bytes = 0;
    this.#stateVector = undefined;
  }

  /** What whoever has everything has; remembered while answers are, since each who asks is told it, too. */
  stateVector(): Uint8Array {
    if (this.#replies === undefined) return Y.encodeStateVector(this.#doc);
    return (this.#stateVector ??= Y.encodeStateVector(this.#doc));
  }

  /** The last one is the sync step 2. @throws when `stateVector` is not one. */
  replyTo(stateVector: Uint8Array): SyncReply {
    const { buffer, byteOffset, byteLength } = stateVector;
    const key = Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
    const known = this.#replies?.get(key);
    if (known !== undefined) return known;
    const { update, reached } = encodePiece(this.#doc, stateVector);
    const frame = reached === undefined ? encodeSyncReply(update) : encodeUpdateMessage(update);
    const reply = { frame, next: reached };
    const bytes = key.length + frame.byteLength;
    if (frame.byteLength < WORTH_REMEMBERING_BYTES) return reply;
    const replies = (this.#replies ??= new Map<string, SyncReply>());
    if (replies.size < MAX_REMEMBERED && this.#bytes + bytes <= MAX_REMEMBERED_BYTES) {
      replies.set(key, reply);
      this.#bytes += bytes;
    }
    return reply;
  }
}
