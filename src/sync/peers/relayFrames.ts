/**
 * What the rooms of one board say to each other between companions, as bytes. Companions trust each
 * other, but a frame of another version or of somebody else's must not break a room: whatever cannot
 * be read is an error here and ignored by boardPeers.ts.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  readPresenceEntries,
  writePresenceEntries,
  type PresenceEntry,
} from "../../protocol/boardMessages.ts";
import type { Credit, ToldCredit } from "../history/contributions.ts";
import type { RelayVector } from "./relayVector.ts";

/** A row in the store: it followed row `after` and is number `through`. */
export interface StoredRow {
  after: number;
  through: number;
}

export type RelayFrame =
  /** One transaction, the `number`-th that this voice tells, and who changed what in it. */
  | { type: "update"; number: number; update: Uint8Array; credits: readonly Credit[] }
  /** "This is what I have." `to` asks one voice for the rest; "" tells everybody. */
  | {
      type: "have";
      to: string;
      isUrgent: boolean;
      stateVector: Uint8Array;
      vector: RelayVector;
      saved: RelayVector;
      /** What the newest versions have. */
      kept: RelayVector;
      /** Every row of the store up to this number. */
      heldSeq: number;
    }
  /**
   * What `to` lacks of all that `vector` stands for; up to `saved` it is in the store. `credits`: who
   * changed what of it that no version has.
   */
  | {
      type: "diff";
      to: string;
      update: Uint8Array;
      vector: RelayVector;
      saved: RelayVector;
      credits: readonly ToldCredit[];
    }
  /** The store holds what this stands for; `row`: the row that was written last holds no more than that. */
  | { type: "saved"; vector: RelayVector; row: StoredRow | undefined }
  /** People of this companion; `isAll`: others of it are gone. */
  | { type: "presence"; isAll: boolean; entries: readonly PresenceEntry[] }
  /** These people of `to` have been declared gone, under clocks that they have to pass to be seen again. */
  | { type: "absent"; to: string; entries: readonly PresenceEntry[] }
  /** This room closes. */
  | { type: "bye" };

export interface HeardFrame {
  voice: string;
  frame: RelayFrame;
}

const VERSION = 3;
const TYPES = [
  "update",
  "have",
  "diff",
  "saved",
  "presence",
  "bye",
  "absent",
] as const satisfies RelayFrame["type"][];
/** More than the rooms of any board, or the people of any companion, ever are; of credits others are left out. */
const MAX_LISTED = 10_000;

export function encodeRelayFrame(voice: string, frame: RelayFrame): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, VERSION);
    encoding.writeVarString(encoder, voice);
    encoding.writeVarUint(encoder, TYPES.indexOf(frame.type));
    writeBody(encoder, frame);
  });
}

function writeBody(encoder: encoding.Encoder, frame: RelayFrame): void {
  switch (frame.type) {
    case "update":
      encoding.writeVarUint(encoder, frame.number);
      encoding.writeVarUint8Array(encoder, frame.update);
      writeCredits(encoder, frame.credits);
      break;
    case "have":
      encoding.writeVarString(encoder, frame.to);
      encoding.writeVarUint(encoder, frame.isUrgent ? 1 : 0);
      encoding.writeVarUint8Array(encoder, frame.stateVector);
      writeVector(encoder, frame.vector);
      writeVector(encoder, frame.saved);
      writeVector(encoder, frame.kept);
      encoding.writeVarUint(encoder, frame.heldSeq);
      break;
    case "diff":
      encoding.writeVarString(encoder, frame.to);
      encoding.writeVarUint8Array(encoder, frame.update);
      writeVector(encoder, frame.vector);
      writeVector(encoder, frame.saved);
      writeToldCredits(encoder, frame.credits);
      break;
    case "saved":
      writeVector(encoder, frame.vector);
      writeRow(encoder, frame.row);
      break;
    case "presence":
      encoding.writeVarUint(encoder, frame.isAll ? 1 : 0);
      writePresenceEntries(encoder, frame.entries);
      break;
    case "absent":
      encoding.writeVarString(encoder, frame.to);
      writePresenceEntries(encoder, frame.entries);
      break;
    case "bye":
  }
}

function writeVector(encoder: encoding.Encoder, vector: RelayVector): void {
  encoding.writeVarUint(encoder, vector.size);
  for (const [voice, number] of vector) {
    encoding.writeVarString(encoder, voice);
    encoding.writeVarUint(encoder, number);
  }
}

function writeRow(encoder: encoding.Encoder, row: StoredRow | undefined): void {
  encoding.writeVarUint(encoder, row?.through ?? 0);
  encoding.writeVarUint(encoder, row?.after ?? 0);
}

function writeCredits(encoder: encoding.Encoder, credits: readonly Credit[]): void {
  const listed = credits.slice(0, MAX_LISTED);
  encoding.writeVarUint(encoder, listed.length);
  for (const credit of listed) writeCredit(encoder, credit);
}

function writeToldCredits(encoder: encoding.Encoder, credits: readonly ToldCredit[]): void {
  const listed = credits.slice(0, MAX_LISTED);
  encoding.writeVarUint(encoder, listed.length);
  for (const credit of listed) {
    writeCredit(encoder, credit);
    writeVector(encoder, credit.told);
  }
}

function writeCredit(encoder: encoding.Encoder, { author, key }: Credit): void {
  encoding.writeVarString(encoder, author ?? ""); // nobody's id
  encoding.writeVarString(encoder, key);
}

/** @throws whatever is wrong with bytes that no companion of this version has written. */
export function decodeRelayFrame(bytes: Uint8Array): HeardFrame {
  const decoder = decoding.createDecoder(bytes);
  const version = decoding.readVarUint(decoder);
  if (version !== VERSION) throw new RangeError(`relay frame of version ${version}`);
  const voice = decoding.readVarString(decoder);
  const type = TYPES[decoding.readVarUint(decoder)];
  if (type === undefined) throw new RangeError("unknown relay frame");
  return { voice, frame: readBody(decoder, type) };
}

function readBody(decoder: decoding.Decoder, type: RelayFrame["type"]): RelayFrame {
  const text = () => decoding.readVarString(decoder);
  const flag = () => decoding.readVarUint(decoder) === 1;
  const bytes = () => decoding.readVarUint8Array(decoder);
  const vector = () => readVector(decoder);
  switch (type) {
    case "update":
      return {
        type,
        number: decoding.readVarUint(decoder),
        update: bytes(),
        credits: readCredits(decoder),
      };
    case "have":
      return {
        type,
        to: text(),
        isUrgent: flag(),
        stateVector: bytes(),
        vector: vector(),
        saved: vector(),
        kept: vector(),
        heldSeq: decoding.readVarUint(decoder),
      };
    case "diff":
      return {
        type,
        to: text(),
        update: bytes(),
        vector: vector(),
        saved: vector(),
        credits: readToldCredits(decoder),
      };
    case "saved":
      return { type, vector: vector(), row: readRow(decoder) };
    case "presence":
      return { type, isAll: flag(), entries: readPresenceEntries(decoder, MAX_LISTED) };
    case "absent":
      return { type, to: text(), entries: readPresenceEntries(decoder, MAX_LISTED) };
    case "bye":
      return { type };
  }
}

function readVector(decoder: decoding.Decoder): RelayVector {
  const vector = new Map<string, number>();
  for (let left = readLength(decoder); left > 0; left--) {
    const voice = decoding.readVarString(decoder);
    vector.set(voice, decoding.readVarUint(decoder));
  }
  return vector;
}

function readCredits(decoder: decoding.Decoder): Credit[] {
  return Array.from({ length: readLength(decoder) }, () => readCredit(decoder));
}

function readToldCredits(decoder: decoding.Decoder): ToldCredit[] {
  return Array.from({ length: readLength(decoder) }, () => ({
    ...readCredit(decoder),
    told: readVector(decoder),
  }));
}

function readCredit(decoder: decoding.Decoder): Credit {
  const author = decoding.readVarString(decoder);
  return { author: author === "" ? null : author, key: decoding.readVarString(decoder) };
}

function readRow(decoder: decoding.Decoder): StoredRow | undefined {
  const through = decoding.readVarUint(decoder); // rows count from 1
  const after = decoding.readVarUint(decoder);
  return through === 0 ? undefined : { after, through };
}

function readLength(decoder: decoding.Decoder): number {
  const length = decoding.readVarUint(decoder);
  if (length > MAX_LISTED) throw new RangeError("a list that no companion writes");
  return length;
}
