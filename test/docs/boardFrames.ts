/**
 * One end of the board protocol for examples, written with the stock y-protocols and not with our own
 * codec: turns `update {"a": {…}}` into bytes and bytes into words. Keeps the document that this end has.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as awareness from "y-protocols/awareness";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";

/** What a frame says: its word, and what the example can show of it. */
export interface BoardFrame {
  word: "step1" | "step2" | "update" | "presence" | "queryPresence" | "denied";
  shown: unknown;
}

const SYNC = 0;
const AWARENESS = 1;
const AUTH = 2;
const QUERY_AWARENESS = 3;

export class BoardEnd {
  readonly doc = new Y.Doc();
  readonly #awareness = new awareness.Awareness(this.doc);
  #askedFor: Uint8Array | undefined;

  /** @param clientId given, not drawn by lot, so that the bytes of an example are the same each time */
  constructor(clientId: number) {
    this.doc.clientID = clientId;
    this.#awareness.clientID = clientId;
    this.#awareness.states.clear();
  }

  dispose(): void {
    this.#awareness.destroy();
    this.doc.destroy();
  }

  encode(word: string, content: unknown): Uint8Array {
    return encoding.encode((encoder) => {
      switch (word) {
        case "step1":
          encoding.writeVarUint(encoder, SYNC);
          sync.writeSyncStep1(encoder, this.doc);
          break;
        case "step2":
          encoding.writeVarUint(encoder, SYNC);
          sync.writeSyncStep2(encoder, this.doc, this.#askedFor);
          break;
        case "update":
          encoding.writeVarUint(encoder, SYNC);
          sync.writeUpdate(encoder, this.#draw(content as Record<string, unknown>));
          break;
        case "presence":
          this.#awareness.setLocalState(content as Record<string, unknown> | null);
          encoding.writeVarUint(encoder, AWARENESS);
          encoding.writeVarUint8Array(
            encoder,
            awareness.encodeAwarenessUpdate(this.#awareness, [this.doc.clientID]),
          );
          break;
        case "queryPresence":
          encoding.writeVarUint(encoder, QUERY_AWARENESS);
          break;
        default:
          throw new Error(`a client cannot say ${word}`);
      }
    });
  }

  #draw(entries: Record<string, unknown>): Uint8Array {
    const updates: Uint8Array[] = [];
    const note = (update: Uint8Array) => updates.push(update);
    this.doc.on("update", note);
    this.doc.transact(() => {
      const objects = this.doc.getMap("objects");
      for (const [id, object] of Object.entries(entries)) {
        if (object === null) objects.delete(id);
        else objects.set(id, object);
      }
    });
    this.doc.off("update", note);
    return Y.mergeUpdates(updates);
  }

  decode(bytes: Uint8Array): BoardFrame {
    const decoder = decoding.createDecoder(bytes);
    switch (decoding.readVarUint(decoder)) {
      case SYNC:
        return this.#decodeSync(decoder);
      case AWARENESS:
        return { word: "presence", shown: presenceIn(decoding.readVarUint8Array(decoder)) };
      case AUTH:
        decoding.readVarUint(decoder); // 0, "permission denied", is all there is
        return { word: "denied", shown: decoding.readVarString(decoder) };
      default:
        throw new Error("not a frame of the protocol");
    }
  }

  #decodeSync(decoder: decoding.Decoder): BoardFrame {
    const word = (["step1", "step2", "update"] as const)[decoding.readVarUint(decoder)];
    const payload = decoding.readVarUint8Array(decoder);
    if (word === undefined) throw new Error("not a step of the protocol");
    if (word === "step1") {
      this.#askedFor = payload;
      return { word, shown: Object.fromEntries(Y.decodeStateVector(payload)) };
    }
    Y.applyUpdate(this.doc, payload);
    return { word, shown: this.doc.getMap("objects").toJSON() };
  }
}

function presenceIn(payload: Uint8Array): unknown[] {
  const decoder = decoding.createDecoder(payload);
  return Array.from({ length: decoding.readVarUint(decoder) }, () => {
    decoding.readVarUint(decoder); // whose
    decoding.readVarUint(decoder); // clock
    return JSON.parse(decoding.readVarString(decoder)) as unknown;
  });
}
