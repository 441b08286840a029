/**
 * A person with one tab: a real Y.Doc and real presence, and the stock provider's conduct (y-websocket
 * 3.1): what it says on opening, its echo of presence, its watchdog and its backoff. After a token has
 * ended the page comes back with another; any other final close is a fault, since nobody here deserves it.
 */
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as awarenessProtocol from "y-protocols/awareness";
import * as syncProtocol from "y-protocols/sync";
import * as Y from "yjs";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { encodeUpdateMessage } from "../../../src/protocol/boardMessages.ts";
import { CLOSE_CODES } from "../../../src/protocol/closeCodes.ts";
import { createPrincipal, type ChangeablePrincipal } from "../memorySocket.ts";
import type { LineEnd, SimulatedLine } from "./simulatedLine.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** From the end of a token until the page has another. */
const SIGN_IN_MS = 3_000;
const WATCHDOG_MS = 30_000;
const WATCHDOG_CHECK_MS = 3_000;
const MAX_BACKOFF_MS = 2_500;
/** y-protocols repeats a presence that often; by the real clock, which stands still here. */
const RENEWAL_MS = 15_000;

/** How a peer reaches a process; undefined = nobody answers. */
export type Dial = (peer: SimulatedPeer) => SimulatedLine | undefined;

export class SimulatedPeer implements LineEnd {
  readonly name: string;
  readonly principal: ChangeablePrincipal;
  doc!: Y.Doc;
  awareness!: awarenessProtocol.Awareness;
  /** Of what was done on this tab. */
  #undoing!: Y.UndoManager;
  refusals = 0;
  /** Called with the objects and notes that a server has shown it. */
  onTold: (ids: string[]) => void = () => undefined;
  /** Frames of the server that a stock client could not read. */
  readonly faults: string[] = [];
  readonly #time: VirtualTime;
  readonly #dial: Dial;
  #nextClientId: number;
  #line: SimulatedLine | undefined;
  #isWanted = true;
  #attempts = 0;
  #heardAt = 0;
  #renewedAt = 0;
  #isSynced = false;

  constructor(deps: { name: string; clientId: number; time: VirtualTime; dial: Dial }) {
    this.name = deps.name;
    this.#nextClientId = deps.clientId;
    this.#time = deps.time;
    this.#dial = deps.dial;
    this.principal = createPrincipal({ userId: deps.name, name: deps.name });
    this.reload();
    this.#watch();
  }

  get isSynced(): boolean {
    return this.#isSynced;
  }

  get line(): SimulatedLine | undefined {
    return this.#line;
  }

  get objects(): Y.Map<CanvasObject> {
    return this.doc.getMap<CanvasObject>("objects");
  }

  get marks(): Y.Map<CanvasObject> {
    return this.doc.getMap<CanvasObject>("ephemeral");
  }

  get notes(): Y.Array<string> {
    return this.doc.getArray<string>("notes");
  }

  /** Closes the tab and opens another: what only it knew is gone. */
  reload(): void {
    this.disconnect();
    (this.awareness as typeof this.awareness | undefined)?.destroy();
    this.doc = Object.assign(new Y.Doc(), { clientID: this.#nextClientId++ });
    this.awareness = new awarenessProtocol.Awareness(this.doc);
    this.awareness.setLocalState({ name: this.name });
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== this) this.#line?.say(encodeUpdateMessage(update));
    });
    this.#undoing = new Y.UndoManager(this.objects, { captureTimeout: 0 });
    this.objects.observe(({ keysChanged, transaction }) => {
      if (transaction.origin === this) this.onTold([...(keysChanged as Set<string>)]);
    });
    this.notes.observe(({ delta, transaction }) => {
      if (transaction.origin !== this) return;
      for (const { insert } of delta) {
        if (Array.isArray(insert)) this.onTold(insert.map((note: unknown) => String(note)));
      }
    });
    this.awareness.on("update", (changes: Record<"added" | "updated" | "removed", number[]>) => {
      this.#sayPresence([...changes.added, ...changes.updated, ...changes.removed]);
    });
    this.connect();
  }

  /** Takes the last own change back; returns the ids of objects that are gone by it. */
  undo(): string[] {
    const before = [...this.objects.keys()];
    this.#undoing.undo();
    return before.filter((id) => !this.objects.has(id));
  }

  connect(): void {
    this.#isWanted = true;
    this.#retry();
  }

  disconnect(): void {
    this.#isWanted = false;
    const line = this.#line;
    this.#lose();
    line?.leave();
  }

  onMessage(bytes: Uint8Array): void {
    this.#heardAt = this.#time.now();
    try {
      this.#read(decoding.createDecoder(bytes));
    } catch (error) {
      this.faults.push(`${this.name} cannot read a frame: ${String(error)}`);
    }
  }

  onClose(code: number): void {
    this.#lose();
    if (code === CLOSE_CODES.unauthenticated.code) {
      this.#isWanted = false;
      this.#time.after(SIGN_IN_MS, () => this.connect());
    } else if (code >= 4400 && code < 4500) {
      this.faults.push(`${this.name} was sent away with ${code}`);
    }
    this.#attempts++;
    this.#time.after(Math.min(100 * 2 ** this.#attempts, MAX_BACKOFF_MS), () => this.#retry());
  }

  /** Leaves nothing that real time would wake. */
  dispose(): void {
    this.disconnect();
    this.awareness.destroy();
    this.doc.destroy();
  }

  #retry(): void {
    if (!this.#isWanted || this.#line !== undefined) return;
    this.#line = this.#dial(this);
    if (this.#line === undefined) {
      this.onClose(1006);
      return;
    }
    this.#heardAt = this.#time.now();
    this.#say(0, (encoder) => syncProtocol.writeSyncStep1(encoder, this.doc));
    if (this.awareness.getLocalState() !== null) this.#sayPresence([this.doc.clientID]);
  }

  #lose(): void {
    this.#line = undefined;
    this.#isSynced = false;
    const others = [...this.awarenessIds()].filter((id) => id !== this.doc.clientID);
    if (others.length > 0) {
      awarenessProtocol.removeAwarenessStates(this.awareness, others, this);
    }
  }

  /** Whom it sees. */
  awarenessIds(): Iterable<number> {
    return (this.awareness as typeof this.awareness | undefined)?.getStates().keys() ?? [];
  }

  #watch(): void {
    this.#time.after(WATCHDOG_CHECK_MS, () => {
      const isSilent = this.#time.now() - this.#heardAt > WATCHDOG_MS;
      if (this.#line !== undefined && isSilent) {
        this.#line.leave();
        this.onClose(1005);
      }
      if (this.#time.now() - this.#renewedAt >= RENEWAL_MS) {
        this.#renewedAt = this.#time.now();
        this.awareness.setLocalState(this.awareness.getLocalState());
      }
      this.#watch();
    });
  }

  #read(decoder: decoding.Decoder): void {
    const type = decoding.readVarUint(decoder);
    if (type === 0) {
      const line = this.#line;
      const encoder = encoding.createEncoder();
      encoding.writeVarUint(encoder, 0);
      const step = syncProtocol.readSyncMessage(decoder, encoder, this.doc, this);
      if (step === syncProtocol.messageYjsSyncStep2) {
        this.#isSynced = true;
        this.#attempts = 0;
      }
      if (encoding.length(encoder) > 1) line?.say(encoding.toUint8Array(encoder));
    } else if (type === 1) {
      const entries = decoding.readVarUint8Array(decoder);
      awarenessProtocol.applyAwarenessUpdate(this.awareness, entries, this);
    } else if (type === 2) this.refusals++;
    else this.faults.push(`${this.name} was sent a frame of type ${type}`);
  }

  #sayPresence(clients: number[]): void {
    const entries = awarenessProtocol.encodeAwarenessUpdate(this.awareness, clients);
    this.#say(1, (encoder) => encoding.writeVarUint8Array(encoder, entries));
  }

  #say(type: number, write: (encoder: encoding.Encoder) => void): void {
    this.#line?.say(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, type);
        write(encoder);
      }),
    );
  }
}
