/**
 * What clients say, ready for the wire, in both dialects: Hocuspocus puts the document's name before the
 * messages of y-protocols and wants an Auth message first.
 */
import { randomBytes } from "node:crypto";

import * as encoding from "lib0/encoding";

import type { Dialect } from "./boardServer.ts";

export const SYNC = 0;
export const AWARENESS = 1;
export const HOCUSPOCUS_AUTH = 2;
export const HOCUSPOCUS_SYNC_REPLY = 4;
export const STEP_1 = 0;
export const STEP_2 = 1;
const UPDATE = 2;

const BINARY = 0x82; // one whole frame
const PONG = 0x8a;
const IS_MASKED = 0x80;
const EMPTY_STATE_VECTOR = Uint8Array.of(0);
const EMPTY_UPDATE = Uint8Array.of(0, 0);

/** A client's frame: masked, as browsers must; prepared before anything is measured. */
function clientFrame(firstByte: number, payload: Uint8Array): Buffer {
  const { byteLength } = payload;
  const isLong = byteLength > 0xffff;
  const header = Buffer.alloc(isLong ? 10 : byteLength > 125 ? 4 : 2);
  header[0] = firstByte;
  if (isLong) {
    header[1] = IS_MASKED | 127;
    header.writeBigUInt64BE(BigInt(byteLength), 2);
  } else if (byteLength > 125) {
    header[1] = IS_MASKED | 126;
    header.writeUInt16BE(byteLength, 2);
  } else {
    header[1] = IS_MASKED | byteLength;
  }
  const mask = randomBytes(4);
  const masked = payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0));
  return Buffer.concat([header, mask, masked]);
}

export const pongFrame = (payload: Uint8Array): Buffer => clientFrame(PONG, payload);

export type BoardFrames = {
  /** Bytes before the message's type, in both directions. */
  readonly prefixBytes: number;
  /** What has to be said before anything else. */
  readonly greeting: readonly Buffer[];
  /** Asks for everything. */
  readonly syncStep1: Buffer;
  /** "I have nothing that you lack." */
  readonly emptySyncStep2: Buffer;
  update(update: Uint8Array): Buffer;
  awareness(update: Uint8Array): Buffer;
};

export function boardFrames(dialect: Dialect, document: string): BoardFrames {
  const prefix = encoding.encode((encoder) => {
    if (dialect === "hocuspocus") encoding.writeVarString(encoder, document);
  });
  const frame = (write: (encoder: encoding.Encoder) => void): Buffer =>
    clientFrame(
      BINARY,
      encoding.encode((encoder) => {
        encoding.writeUint8Array(encoder, prefix);
        write(encoder);
      }),
    );
  const sync = (step: number, payload: Uint8Array): Buffer =>
    frame((encoder) => {
      encoding.writeVarUint(encoder, SYNC);
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, payload);
    });
  const auth = frame((encoder) => {
    encoding.writeVarUint(encoder, HOCUSPOCUS_AUTH);
    encoding.writeVarUint(encoder, 0); // a token follows
    encoding.writeVarString(encoder, "");
  });
  return {
    prefixBytes: prefix.byteLength,
    greeting: dialect === "hocuspocus" ? [auth] : [],
    syncStep1: sync(STEP_1, EMPTY_STATE_VECTOR),
    emptySyncStep2: sync(STEP_2, EMPTY_UPDATE),
    update: (update) => sync(UPDATE, update),
    awareness: (update) =>
      frame((encoder) => {
        encoding.writeVarUint(encoder, AWARENESS);
        encoding.writeVarUint8Array(encoder, update);
      }),
  };
}
