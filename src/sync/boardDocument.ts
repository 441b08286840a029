/**
 * One board's Yjs document and the only code that writes to it. People's updates are applied and, key
 * by key, judged in the same transaction: a refused change is undone before anyone else can see it,
 * and its author's later updates are not held up, as they would be for ever if it were dropped
 * (rules WB2-WB5). Knows no sockets and no store.
 */
import { equalityDeep } from "lib0/function";
import * as Y from "yjs";
import {
  boardOp,
  canvasObject,
  EPHEMERAL_MAP,
  OBJECTS_MAP,
  type BoardOp,
  type BoardView,
  type CanvasObject,
} from "../../convex/contract/boardOps.ts";
import { extentOf } from "../../convex/contract/board/objectExtent.ts";
import type { Principal } from "../protocol/principal.ts";
import { judgeChange } from "./boardRights.ts";
import { planWrites } from "./boardWrites.ts";
import type { RelayVector } from "./relayVector.ts";
import { encodeApplied } from "./updatePieces.ts";
import { assertPlausibleUpdate } from "./updateGuard.ts";

/** Origins of transactions; people's carry PEOPLE, since one transaction holds the edits of several. */
export const PEOPLE = "people";
export const ASSISTANT = "assistant";
export const EXPIRY = "expiry";
export const RESTORE = "restore";
/** What other companions' rooms have saved; people's own edits come from the sockets. */
export const STORED = "stored";

/** Origin of what another companion's room has judged and told. */
export class FromPeer {
  /** What rooms call it. */
  readonly told: RelayVector;
  /** Whether it is in the store. */
  readonly isSaved: boolean;
  /** False when something was missing that it builds on. Known once it has been applied. */
  isWhole = true;
  constructor(told: RelayVector, isSaved: boolean) {
    this.told = told;
    this.isSaved = isSaved;
  }
}

/** Holds nothing; what waits is tried again after it. */
const EMPTY_UPDATE = new Uint8Array([0, 0]);

export interface Writer {
  /** As of now: rights are judged when an edit is applied, not when its socket was opened. */
  principal(): Principal;
}

export interface Edit<W extends Writer> {
  writer: W;
  update: Uint8Array;
}

export interface AppliedEdits<W extends Writer> {
  /** Who had a change undone, with the first reason. */
  refused: Map<W, string>;
  /** Who sent bytes that are no update. */
  malformed: Set<W>;
  /** Who sent what builds on something that has not come; asked, a client sends that too. */
  behind: Set<W>;
  /** Who must resync, because what they sent waits for too much that never came. */
  outOfStep: Set<W>;
}

/** How much may wait for what has not come: each update that does costs a pass over all that do. */
export interface WaitingLimits {
  maxPendingBytes: number;
  maxPendingUpdates: number;
}

/** One of the two maps, with the values that were accepted last, to judge against and to go back to. */
interface GuardedMap {
  shared: Y.Map<unknown>;
  accepted: Map<string, CanvasObject>;
}

export class BoardDocument<W extends Writer> {
  readonly doc = new Y.Doc();
  readonly #objects: GuardedMap;
  readonly #ephemeral: GuardedMap;
  readonly #limits: WaitingLimits;
  readonly #onChange: (writer: W | null, key: string) => void;
  /** Whose updates wait for others. What such a wait ends in is judged by all their rights. */
  readonly #waiting = new Set<W>();
  #waitingUpdates = 0;

  /** `onChange` hears of each object that somebody, or the tutor (null), has been allowed to change. */
  constructor(
    limits: WaitingLimits,
    onChange: (writer: W | null, key: string) => void = () => undefined,
  ) {
    this.#limits = limits;
    this.#onChange = onChange;
    this.#objects = { shared: this.doc.getMap(OBJECTS_MAP), accepted: new Map() };
    this.#ephemeral = { shared: this.doc.getMap(EPHEMERAL_MAP), accepted: new Map() };
  }

  /** Applies what a store kept; to be called once, before anything else. */
  load(updates: readonly Uint8Array[]): void {
    this.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.doc, update);
    });
    this.#forgetPending(); // nobody would be judged for it; whoever has it is asked for it and sends it again
    for (const { shared, accepted } of [this.#objects, this.#ephemeral]) {
      for (const key of shared.keys()) accept({ shared, accepted }, key);
    }
    // Measured now, so that the tutor's first drawing finds its place as quickly as any other.
    for (const object of this.#objects.accepted.values()) extentOf(object);
  }

  /**
   * Applies, unjudged, what another room has judged or the store has kept. When it builds on something
   * that is not here, the part that could be applied is, and the rest is forgotten: it must not wait
   * among what people sent and be judged by their rights. Returns whether it was whole.
   */
  merge(update: Uint8Array, origin: FromPeer | typeof STORED): boolean {
    const { store } = this.doc;
    const { pendingStructs, pendingDs } = store;
    store.pendingStructs = null;
    store.pendingDs = null;
    let isWhole = true;
    this.doc.transact((transaction) => {
      Y.applyUpdate(this.doc, update, origin);
      isWhole = this.#waitingBytes() === 0;
      if (origin instanceof FromPeer) origin.isWhole = isWhole;
      store.pendingStructs = pendingStructs;
      store.pendingDs = pendingDs;
      const changed = transaction.changed as Map<unknown, Set<string | null>>;
      for (const map of [this.#objects, this.#ephemeral]) {
        for (const key of changed.get(map.shared) ?? []) if (key !== null) accept(map, key);
      }
    }, origin);
    return isWhole;
  }

  /** Tries again what waits: after `merge`, since only an update that is applied makes Yjs look. */
  applyWaiting(isFull: boolean): AppliedEdits<W> | undefined {
    const [writer] = this.#waiting;
    if (writer === undefined) return undefined;
    return this.apply([{ writer, update: EMPTY_UPDATE }], isFull);
  }

  /** Applies the edits in order, in one transaction. `isFull`: nothing may be added. */
  apply(edits: readonly Edit<W>[], isFull: boolean): AppliedEdits<W> {
    const result = {
      refused: new Map<W, string>(),
      malformed: new Set<W>(),
      behind: new Set<W>(),
      outOfStep: new Set<W>(),
    };
    this.doc.transact((transaction) => {
      let hasReverted = false;
      for (const edit of edits) {
        const waitingBefore = this.#waitingBytes();
        const touched = this.#touchedBy(transaction, edit, result);
        const hasReleased = this.#waitingBytes() < waitingBefore;
        const judges = hasReleased ? [edit.writer, ...this.#waiting] : [edit.writer];
        for (const [map, keys] of touched) {
          for (const key of keys) {
            const before = key === null ? undefined : map.accepted.get(key);
            const reason = this.#settle(map, key, judges, isFull);
            if (reason === undefined) {
              this.#noteChange(map, key, before, edit.writer);
              continue;
            }
            hasReverted = true;
            if (!result.refused.has(edit.writer)) result.refused.set(edit.writer, reason);
          }
        }
        this.#noteWaiting(edit, result);
      }
      // Yjs takes a write of its own client id in a remote transaction for a stolen id and would change it.
      if (hasReverted) transaction.local = true;
    }, PEOPLE);
    return result;
  }

  /** Applies one update and tells which keys of the guarded maps it touched. */
  #touchedBy(
    transaction: Y.Transaction,
    { update, writer }: Edit<W>,
    result: AppliedEdits<W>,
  ): [GuardedMap, Set<string | null>][] {
    const maps = [this.#objects, this.#ephemeral];
    const changed = transaction.changed as Map<unknown, Set<string | null>>;
    const earlier = maps.map(({ shared }) => changed.get(shared));
    for (const { shared } of maps) changed.delete(shared);
    try {
      assertPlausibleUpdate(update);
      Y.applyUpdate(this.doc, update, PEOPLE);
    } catch {
      result.malformed.add(writer); // what was integrated before the fault is judged like the rest
    }
    return maps.map((map, i) => {
      const touched = changed.get(map.shared) ?? new Set();
      const all = new Set([...(earlier[i] ?? []), ...touched]);
      if (all.size > 0) changed.set(map.shared, all);
      return [map, new Set(touched)];
    });
  }

  /** Keeps the key's new value, or puts the accepted one back and says why. */
  #settle(map: GuardedMap, key: string | null, judges: W[], isFull: boolean): string | undefined {
    if (key === null) return undefined; // list content under a map's name: no client can see it
    const before = map.accepted.get(key);
    const after: unknown = map.shared.get(key);
    if (after === before) return undefined; // an edit that lost against a later one
    for (const judge of new Set(judges)) {
      const verdict = judgeChange(judge.principal(), { key, before, after }, isFull);
      if (verdict.isAllowed) continue;
      if (before !== undefined) map.shared.set(key, before);
      else map.shared.delete(key);
      return verdict.reason;
    }
    if (after === undefined) map.accepted.delete(key);
    else map.accepted.set(key, after as CanvasObject);
    return undefined;
  }

  #noteChange(map: GuardedMap, key: string | null, before: CanvasObject | undefined, writer: W) {
    if (key === null || map !== this.#objects || map.accepted.get(key) === before) return;
    this.#onChange(writer, key);
  }

  #noteWaiting({ writer, update }: Edit<W>, result: AppliedEdits<W>): void {
    const waitingBytes = this.#waitingBytes();
    if (waitingBytes === 0) {
      this.#waiting.clear();
      this.#waitingUpdates = 0;
      return;
    }
    if (result.malformed.has(writer) || this.#hasAll(update)) return;
    this.#waiting.add(writer);
    this.#waitingUpdates++;
    result.behind.add(writer);
    const { maxPendingBytes, maxPendingUpdates } = this.#limits;
    if (waitingBytes <= maxPendingBytes && this.#waitingUpdates <= maxPendingUpdates) return;
    this.#forgetPending();
    for (const culprit of this.#waiting) result.outOfStep.add(culprit);
    this.#waiting.clear();
    this.#waitingUpdates = 0;
  }

  #forgetPending(): void {
    this.doc.store.pendingStructs = null;
    this.doc.store.pendingDs = null;
  }

  /** Whether everything in the update has been applied, deletions included. */
  #hasAll(update: Uint8Array): boolean {
    const { structs, ds } = Y.decodeUpdate(update);
    const has = (client: number, end: number) => end <= Y.getState(this.doc.store, client);
    return (
      structs.every(({ id, length }) => has(id.client, id.clock + length)) &&
      [...ds.clients].every(([client, ranges]) =>
        ranges.every(({ clock, len }) => has(client, clock + len)),
      )
    );
  }

  /** Size of what cannot be applied yet, because what it builds on has not come. */
  #waitingBytes(): number {
    const { pendingStructs, pendingDs } = this.doc.store;
    return (pendingStructs?.update.byteLength ?? 0) + (pendingDs?.byteLength ?? 0);
  }

  /** All that somebody with `stateVector` lacks, or all there is. */
  encode(stateVector?: Uint8Array): Uint8Array {
    return encodeApplied(this.doc, stateVector);
  }

  view(): BoardView {
    return { objects: this.#objects.accepted };
  }

  /** The map of what is on the board for a while only. */
  get ephemeral(): Y.Map<unknown> {
    return this.#ephemeral.shared;
  }

  /** Entries of the ephemeral map. */
  get marks(): ReadonlyMap<string, CanvasObject> {
    return this.#ephemeral.accepted;
  }

  /**
   * The assistant's drawing. `now`: ms since epoch, from which marks get their end.
   * @throws what `plan` throws, or INVALID_INPUT for operations that do not fit; nothing is drawn then.
   */
  draw(plan: (board: BoardView) => BoardOp[], now: number): BoardOp[] {
    const ops = plan(this.view()).map((op) => boardOp.parse(op));
    const writes = planWrites(ops, this.view(), now);
    this.doc.transact(() => {
      for (const { map, key, value } of writes) {
        const target = map === "objects" ? this.#objects : this.#ephemeral;
        put(target, key, value);
        if (map === "objects") this.#onChange(null, key);
      }
    }, ASSISTANT);
    return ops;
  }

  /**
   * Makes the objects what they are in `objects`, but for those of `except`, in one transaction.
   * Returns the keys of those that came, went or changed.
   */
  replaceObjects(
    objects: ReadonlyMap<string, CanvasObject>,
    except: ReadonlySet<string>,
  ): string[] {
    const { accepted } = this.#objects;
    const differs = (key: string) => !equalityDeep(accepted.get(key), objects.get(key));
    const all = new Set([...accepted.keys(), ...objects.keys()]);
    const changed = [...all].filter((key) => !except.has(key) && differs(key));
    this.doc.transact(() => {
      for (const key of changed) put(this.#objects, key, objects.get(key));
    }, RESTORE);
    return changed;
  }

  /** Takes marks off the board. */
  expire(keys: readonly string[]): void {
    this.doc.transact(() => {
      for (const key of keys) put(this.#ephemeral, key, undefined);
    }, EXPIRY);
  }

  destroy(): void {
    this.doc.destroy();
  }
}

/** Takes the key's value as it stands for good. */
function accept({ shared, accepted }: GuardedMap, key: string): void {
  const value = shared.get(key);
  // The value itself, by which an edit that changed nothing is recognised; not the parser's copy.
  if (canvasObject.safeParse(value).success) accepted.set(key, value as CanvasObject);
  else accepted.delete(key);
}

function put({ shared, accepted }: GuardedMap, key: string, value: CanvasObject | undefined): void {
  if (value === undefined) {
    shared.delete(key);
    accepted.delete(key);
  } else {
    shared.set(key, value);
    accepted.set(key, value);
  }
}
