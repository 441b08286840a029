/**
 * The frames of the board socket: y-protocols as spoken by the stock y-websocket provider. One
 * decoder and one writer for each message; grammar in PROTOCOL.md. Knows nothing of documents: an
 * update is bytes, a presence state is a string that is not parsed here (rules PR4, WB6).
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";

const MESSAGE_SYNC = 0;
const MESSAGE_AWARENESS = 1;
const MESSAGE_AUTH = 2;
const MESSAGE_QUERY_AWARENESS = 3;
const SYNC_STEP_1 = 0;
const SYNC_STEP_2 = 1;
const SYNC_UPDATE = 2;
const PERMISSION_DENIED = 0;

/** More presence entries in one message than any honest client has tabs. */
const MAX_PRESENCE_ENTRIES = 1_000;

/** One client's presence; `state` is JSON text, "null" when the client has left. */
export interface PresenceEntry {
  clientId: number;
  clock: number;
  state: string;
}

export type BoardMessage =
  | { type: "stateVector"; stateVector: Uint8Array } // sync step 1: "this is what I have"
  | { type: "update"; update: Uint8Array } // sync step 2, or an incremental update
  | { type: "presence"; entries: PresenceEntry[] }
  | { type: "queryPresence" };

export class MalformedBoardMessageError extends Error {
  override name = "MalformedBoardMessageError";
}

/** @throws MalformedBoardMessageError for whatever a client of the protocol would not send. */
export function decodeBoardMessage(data: string | Uint8Array): BoardMessage {
  if (typeof data === "string") throw new MalformedBoardMessageError("text on a binary socket");
  try {
    return decodeBytes(decoding.createDecoder(data));
  } catch (error) {
    if (error instanceof MalformedBoardMessageError) throw error;
    throw new MalformedBoardMessageError("cut or malformed message", { cause: error });
  }
}

function decodeBytes(decoder: decoding.Decoder): BoardMessage {
  const type = decoding.readVarUint(decoder);
  switch (type) {
    case MESSAGE_SYNC:
      return decodeSync(decoder);
    case MESSAGE_AWARENESS:
      return { type: "presence", entries: decodePresence(decoding.readVarUint8Array(decoder)) };
    case MESSAGE_QUERY_AWARENESS:
      return { type: "queryPresence" };
    default: // MESSAGE_AUTH included: only a server may send it
      throw new MalformedBoardMessageError(`message type ${type}`);
  }
}

function decodeSync(decoder: decoding.Decoder): BoardMessage {
  const step = decoding.readVarUint(decoder);
  const payload = decoding.readVarUint8Array(decoder);
  if (step === SYNC_STEP_1) return { type: "stateVector", stateVector: payload };
  if (step === SYNC_STEP_2 || step === SYNC_UPDATE) return { type: "update", update: payload };
  throw new MalformedBoardMessageError(`sync step ${step}`);
}

/** The update that a server's frame brings; undefined for frames of other kinds. */
export function updateOf(frame: Uint8Array): Uint8Array | undefined {
  const decoder = decoding.createDecoder(frame);
  if (decoding.readVarUint(decoder) !== MESSAGE_SYNC) return undefined;
  return decoding.readVarUint(decoder) === SYNC_STEP_1
    ? undefined
    : decoding.readVarUint8Array(decoder);
}

function decodePresence(bytes: Uint8Array): PresenceEntry[] {
  return readPresenceEntries(decoding.createDecoder(bytes), MAX_PRESENCE_ENTRIES);
}

/** @throws when there are more than `max`, or the bytes end before them. */
export function readPresenceEntries(decoder: decoding.Decoder, max: number): PresenceEntry[] {
  const count = decoding.readVarUint(decoder);
  if (count > max) throw new MalformedBoardMessageError("too many presences");
  const entries: PresenceEntry[] = [];
  for (let i = 0; i < count; i++) {
    const clientId = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    entries.push({ clientId, clock, state: decoding.readVarString(decoder) });
  }
  return entries;
}

export function writePresenceEntries(
  encoder: encoding.Encoder,
  entries: readonly PresenceEntry[],
): void {
  encoding.writeVarUint(encoder, entries.length);
  for (const { clientId, clock, state } of entries) {
    encoding.writeVarUint(encoder, clientId);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
}

/** Written in one piece: an encoder that grows was a tenth of what it cost to pass a small update on. */
function sync(step: number, payload: Uint8Array): Uint8Array {
  const head = [MESSAGE_SYNC, step];
  let length = payload.byteLength;
  for (; length > 0x7f; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  const message = Buffer.allocUnsafe(head.length + payload.byteLength);
  message.set(head);
  message.set(payload, head.length);
  return message;
}

/** Sync step 1: asks the peer for all that is not covered by `stateVector`. */
export const encodeStateVectorMessage = (stateVector: Uint8Array) => sync(SYNC_STEP_1, stateVector);
/** Sync step 2: the answer to a state vector. */
export const encodeSyncReply = (update: Uint8Array) => sync(SYNC_STEP_2, update);
export const encodeUpdateMessage = (update: Uint8Array) => sync(SYNC_UPDATE, update);

/** No entries is a valid message: it only shows that the server is there. */
export function encodePresenceMessage(entries: readonly PresenceEntry[]): Uint8Array {
  const payload = encoding.encode((encoder) => writePresenceEntries(encoder, entries));
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE_AWARENESS);
    encoding.writeVarUint8Array(encoder, payload);
  });
}

/** Tells the client that an edit was refused, and why. */
export function encodeRefusalMessage(reason: string): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, MESSAGE_AUTH);
    encoding.writeVarUint(encoder, PERMISSION_DENIED);
    encoding.writeVarString(encoder, reason);
  });
}
