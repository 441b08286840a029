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
  EPHEMERAL_MAP,
  OBJECTS_MAP,
  type BoardOp,
  type BoardView,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import {
  createAppliedEdits,
  isWhole,
  note,
  noteRefusal,
  type AppliedEdits,
} from "./appliedEdits.ts";
import { encodeChanges, type BoardChange } from "./boardChange.ts";
import { judgeChange, type Verdict } from "./boardRights.ts";
import { BoardTransactions } from "./boardTransactions.ts";
import { planWrites } from "./boardWrites.ts";
import {
  ASSISTANT,
  EXPIRY,
  FromPeer,
  FromPeople,
  RESTORE,
  type Edit,
  type STORED,
  type Writer,
} from "./changeOrigins.ts";
import type { Credit } from "../history/contributions.ts";
import { GuardedMap } from "./guardedMap.ts";
import { integrateInTime } from "./integrationLimit.ts";
import { NewAuthors } from "./newAuthors.ts";
import { takeOtherRoots } from "./otherRoots.ts";
import { PeoplesDecoder } from "./peoplesDecoder.ts";
import { setAside, touchedKeys } from "./touchedKeys.ts";
import { QuietDoc } from "./quietDoc.ts";
import type { TutorSeal } from "./tutorSeal.ts";
import { encodeApplied } from "./updatePieces.ts";
import { checkUpdate, checkWaiting } from "./updateGuard.ts";
import { forgetPending, WaitingEdits, type WaitingLimits } from "./waitingEdits.ts";

/** An update, or what was left of one. `apply` throws when it is none. */
interface Applicable<W extends Writer> {
  writer: W;
  apply: () => void;
}

export class BoardDocument<W extends Writer> {
  readonly doc: Y.Doc = new QuietDoc();
  readonly #transactions: BoardTransactions;
  readonly #objects: GuardedMap;
  readonly #ephemeral: GuardedMap;
  readonly #onChange: (credit: Credit) => void;
  readonly #waiting: WaitingEdits<W>;
  readonly #seal: TutorSeal;
  readonly #newAuthors = new NewAuthors();

  /**
   * `onChange` hears of each object that somebody has been allowed to change, before the update does;
   * `onBroken` once of what broke the document and where that came from, from within the call that did.
   */
  constructor(deps: {
    limits: WaitingLimits;
    seal: TutorSeal;
    onChange?: (credit: Credit) => void;
    onBroken: (error: unknown, origin: unknown) => void;
  }) {
    this.#waiting = new WaitingEdits(deps.limits);
    this.#seal = deps.seal;
    this.#onChange = deps.onChange ?? (() => undefined);
    this.#transactions = new BoardTransactions(this.doc, deps.onBroken);
    this.#objects = new GuardedMap(this.doc.getMap(OBJECTS_MAP));
    this.#ephemeral = new GuardedMap(this.doc.getMap(EPHEMERAL_MAP));
  }

  /** Applies what a store kept; to be called once, before anything else. */
  load(updates: readonly Uint8Array[]): void {
    this.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.doc, update);
    });
    forgetPending(this.doc); // nobody would be judged for it; whoever has it is asked for it and sends it again
    for (const map of [this.#objects, this.#ephemeral]) {
      for (const key of map.shared.keys()) map.accept(key);
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
    const isWhole = this.#transactions.run((transaction) => {
      Y.applyUpdate(this.doc, update, origin);
      const hasAll = store.pendingStructs === null && store.pendingDs === null;
      if (origin instanceof FromPeer) origin.isWhole = hasAll;
      forgetPending(this.doc);
      const changed = transaction.changed as Map<unknown, Set<string | null>>;
      for (const map of [this.#objects, this.#ephemeral]) {
        for (const key of changed.get(map.shared) ?? []) if (key !== null) map.accept(key);
      }
      return hasAll;
    }, origin);
    return isWhole === true;
  }

  /** Tries again what waits, after `merge`. Undefined when nothing can go on. */
  applyWaiting(isFull: boolean): AppliedEdits<W> | undefined {
    const ready = this.#readyEdits();
    return ready.length === 0 ? undefined : this.#applyAll(ready, isFull);
  }

  /** Applies the edits in order, in one transaction. `isFull`: nothing may be added. */
  apply(edits: readonly Edit<W>[], isFull: boolean): AppliedEdits<W> {
    const sent = edits.map(({ writer, update }): Applicable<W> => {
      const apply = () => {
        this.#newAuthors.admit(writer.principal().userId, checkUpdate(update, this.doc));
        Y.applyUpdateV2(this.doc, update, undefined, PeoplesDecoder);
      };
      return { writer, apply };
    });
    return this.#applyAll(sent, isFull, edits);
  }

  /** What has waited, and can be applied now. */
  #readyEdits(): Applicable<W>[] {
    return this.#waiting.takeReady(this.doc).map(({ writer, updates }) => {
      const apply = () => {
        for (const update of updates) {
          checkWaiting(update, this.doc);
          Y.applyUpdateV2(this.doc, update);
        }
      };
      return { writer, apply };
    });
  }

  #applyAll(
    edits: readonly Applicable<W>[],
    isFull: boolean,
    sent: readonly Edit<W>[] = [],
  ): AppliedEdits<W> {
    const result = createAppliedEdits<W>();
    const origin = new FromPeople(edits);
    this.#transactions.run((transaction) => {
      let hasWritten = false;
      const queue = [...edits];
      for (const edit of queue) {
        for (const [map, keys] of this.#touchedBy(transaction, edit, result)) {
          for (const key of keys) {
            const verdict = this.#settle(map, key, edit.writer, isFull);
            if (verdict === undefined) continue;
            if (verdict.kind !== "allowed") hasWritten = true;
            if (verdict.kind === "refused") noteRefusal(result, edit.writer, verdict.reason);
            else this.#noteChange(map, key, edit.writer);
          }
        }
        if (this.#waiting.count > 0) queue.push(...this.#readyEdits());
      }
      // Yjs takes a write of its own client id in a remote transaction for a stolen id and would change it.
      if (hasWritten) transaction.local = true;
      const isJustSent = !hasWritten && queue.length === edits.length && isWhole(result);
      if (isJustSent) origin.edits = sent;
    }, origin);
    return result;
  }

  /** Applies one update and tells which keys of the guarded maps it touched. */
  #touchedBy(
    transaction: Y.Transaction,
    { writer, apply }: Applicable<W>,
    result: AppliedEdits<W>,
  ): [GuardedMap, string[]][] {
    const maps = [this.#objects, this.#ephemeral];
    const earlier = setAside(transaction, maps);
    try {
      integrateInTime(apply);
      this.#noteWaiting(writer, result);
    } catch {
      forgetPending(this.doc);
      note(result, "malformed", writer); // what was integrated before the fault is judged like the rest
    }
    return touchedKeys(transaction, maps, earlier);
  }

  /** Judges what has happened to a key and acts on it. Undefined = nothing has. */
  #settle(map: GuardedMap, key: string, writer: W, isFull: boolean): Verdict | undefined {
    const change = map.changeOf(key);
    if (change === undefined) return undefined; // an edit that lost against a later one
    // The value itself: the parser's copy has its fields in another order.
    const isTutorsOwn = () => this.#seal.fits(change.after as CanvasObject);
    const verdict = judgeChange(writer.principal(), { ...change, isTutorsOwn }, isFull);
    map.settle(change, verdict);
    return verdict;
  }

  #noteChange(map: GuardedMap, key: string, writer: W): void {
    if (map === this.#objects) this.#onChange({ author: writer.principal().userId, key });
  }

  #noteWaiting(writer: W, result: AppliedEdits<W>): void {
    if (!this.#waiting.takeOver(this.doc, writer)) return;
    note(result, "behind", writer);
    if (!this.#waiting.isTooMuch) return;
    for (const culprit of this.#waiting.writers()) note(result, "outOfStep", culprit);
    this.#waiting.clear();
  }

  /** Tells of each transaction from now on, when it is over and the document whole. */
  follow(onOver: (transaction: Y.Transaction) => void): void {
    this.#transactions.follow(onOver);
  }

  /** All that somebody with `stateVector` lacks, or all there is. @throws when the document is broken */
  encode(stateVector?: Uint8Array): Uint8Array {
    this.#transactions.assertWhole();
    return encodeApplied(this.doc, stateVector);
  }

  /** What came with these changes and was not undone since. @throws when the document is broken */
  encodeChanges(changes: readonly BoardChange[]): Uint8Array {
    this.#transactions.assertWhole();
    return encodeChanges(this.doc, changes);
  }

  /** @throws when the document is broken */
  view(): BoardView {
    this.#transactions.assertWhole();
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
    this.#transactions.run(() => {
      for (const { map, key, value } of writes) {
        const target = map === "objects" ? this.#objects : this.#ephemeral;
        target.put(key, value && this.#seal.seal(value));
        if (map === "objects") this.#onChange({ author: null, key });
      }
    }, ASSISTANT);
    this.#transactions.assertWhole();
    return ops;
  }

  /**
   * Makes the objects what they are in `objects`, but for those of `except`, for `author`, and takes
   * `roots`, an update to other root types, all in one transaction. Returns how many objects and other
   * root types came, went or changed.
   */
  restore(
    objects: ReadonlyMap<string, CanvasObject>,
    except: ReadonlySet<string>,
    author: string,
    roots: Uint8Array | undefined,
  ): number {
    const { accepted } = this.#objects;
    const differs = (key: string) => !equalityDeep(accepted.get(key), objects.get(key));
    const all = new Set([...accepted.keys(), ...objects.keys()]);
    const changed = [...all].filter((key) => !except.has(key) && differs(key));
    const changes = this.#transactions.run((transaction) => {
      const guarded = [this.#objects, this.#ephemeral];
      const changedRoots = roots === undefined ? 0 : takeOtherRoots(transaction, guarded, roots);
      for (const key of changed) {
        this.#objects.put(key, objects.get(key));
        this.#onChange({ author, key });
      }
      return changed.length + changedRoots;
    }, RESTORE);
    this.#transactions.assertWhole();
    return changes ?? 0;
  }

  /** Takes marks off the board. */
  expire(keys: readonly string[]): void {
    this.#transactions.run(() => {
      for (const key of keys) this.#ephemeral.put(key, undefined);
    }, EXPIRY);
  }

  destroy(): void {
    this.doc.destroy();
  }
}
