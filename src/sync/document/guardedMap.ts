/**
 * One of a board's two maps as its document keeps it: what is shared through Yjs, and beside it the
 * values that were accepted last, to judge a change against and to go back to. Also remembers who made
 * what was deleted: whoever undoes a deletion brings back an object with its maker's name on it. Does
 * not judge (boardRights.ts).
 */
import type * as Y from "yjs";
import { canvasObject, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { makerOf, type Maker } from "../../../convex/contract/board/editRights.ts";
import type { KeyChange, Verdict } from "./boardRights.ts";

/** Deletions remembered; older ones come back without a name. A step of undo is far newer. */
const MAX_DELETED = 10_000;

const NOTHING: ReadonlyMap<string, CanvasObject> = new Map();

export class GuardedMap {
  readonly shared: Y.Map<unknown>;
  /** Made when there is something to keep: boards that wait have nothing in either map, or in one. */
  #accepted: Map<string, CanvasObject> | undefined;
  #deleted: Map<string, Maker> | undefined; // made when something is

  constructor(shared: Y.Map<unknown>) {
    this.shared = shared;
  }

  /** What may be seen. */
  get accepted(): ReadonlyMap<string, CanvasObject> {
    return this.#accepted ?? NOTHING;
  }

  /** What has happened to a key since it was accepted; undefined = nothing. */
  changeOf(key: string): KeyChange | undefined {
    const before = this.#accepted?.get(key);
    const after: unknown = this.shared.get(key);
    return after === before
      ? undefined
      : { key, before, after, deletedMaker: this.#deleted?.get(key) };
  }

  /** Takes the key's value as it stands for good. */
  accept(key: string): void {
    const value = this.shared.get(key);
    // The value itself, by which an edit that changed nothing is recognised; not the parser's copy.
    if (canvasObject.safeParse(value).success) this.#keep(key, value as CanvasObject);
    else this.#forget(key);
  }

  /** Keeps what was allowed, puts right what was corrected, and what was refused back as it was. */
  settle({ key, before, after }: KeyChange, verdict: Verdict): void {
    switch (verdict.kind) {
      case "allowed":
        if (after === undefined) this.#forget(key);
        else this.#keep(key, after as CanvasObject);
        break;
      case "corrected":
        this.put(key, verdict.value);
        break;
      case "refused":
        this.put(key, before);
    }
  }

  /** Writes a value, undefined = none, that needs no judgement. */
  put(key: string, value: CanvasObject | undefined): void {
    if (value === undefined) {
      this.shared.delete(key);
      this.#forget(key);
    } else {
      this.shared.set(key, value);
      this.#keep(key, value);
    }
  }

  #keep(key: string, value: CanvasObject): void {
    (this.#accepted ??= new Map()).set(key, value);
    this.#deleted?.delete(key);
  }

  #forget(key: string): void {
    const before = this.#accepted?.get(key);
    if (before === undefined) return;
    this.#accepted?.delete(key);
    const deleted = (this.#deleted ??= new Map());
    deleted.set(key, makerOf(before));
    const oldest = deleted.keys().next();
    if (deleted.size > MAX_DELETED && oldest.done !== true) deleted.delete(oldest.value);
  }
}
