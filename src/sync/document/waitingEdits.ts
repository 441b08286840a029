/**
 * What people sent that builds on something that has not come. Yjs would keep it all in one heap, in
 * which nobody knows any more whose it is; here each rest keeps its writer, by whose rights it is judged
 * when what it waits for has come (rule WB5).
 */
import * as Y from "yjs";

interface Rest<W> {
  writer: W;
  /** In Yjs' second encoding. */
  updates: Uint8Array[];
  /** By Yjs client: one of these clocks must be there before more of it can be applied. */
  missing: ReadonlyMap<number, number>;
}

/** How much may wait for what has not come: each update that does costs a pass over all that do. */
export interface WaitingLimits {
  maxPendingBytes: number;
  maxPendingUpdates: number;
}

export class WaitingEdits<W> {
  readonly #limits: WaitingLimits;
  #rests: Rest<W>[] = [];

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#rests.length;
  }

  get isTooMuch(): boolean {
    const { maxPendingBytes, maxPendingUpdates } = this.#limits;
    const sizes = this.#rests.flatMap(({ updates }) => updates.map((one) => one.byteLength));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return bytes > maxPendingBytes || this.count > maxPendingUpdates;
  }

  writers(): W[] {
    return this.#rests.map(({ writer }) => writer);
  }

  /** Takes over what `doc` could not apply of an update of `writer`. False when there is nothing. */
  takeOver(doc: Y.Doc, writer: W): boolean {
    const { pendingStructs, pendingDs } = doc.store;
    if (pendingStructs === null && pendingDs === null) return false;
    forgetPending(doc);
    const updates = [pendingStructs?.update, pendingDs].filter((one) => one != null);
    const missing = new Map<number, number>();
    for (const [client, clock] of pendingStructs?.missing ?? clocksDeleted(pendingDs)) {
      // Not below what is there: a rest is tried again only when something has come.
      missing.set(client, Math.max(clock, Y.getState(doc.store, client)));
    }
    this.#rests.push({ writer, updates, missing });
    return true;
  }

  /** Those of which more can be applied now; they are no longer waiting. */
  takeReady(doc: Y.Doc): Rest<W>[] {
    const isReady = ({ missing }: Rest<W>) =>
      [...missing].some(([client, clock]) => Y.getState(doc.store, client) > clock);
    const ready = this.#rests.filter(isReady);
    if (ready.length > 0) this.#rests = this.#rests.filter((rest) => !ready.includes(rest));
    return ready;
  }

  clear(): void {
    this.#rests = [];
  }
}

/** Drops what Yjs keeps for later. */
export function forgetPending({ store }: Y.Doc): void {
  store.pendingStructs = null;
  store.pendingDs = null;
}

/** The first clock of each client that deletions speak of. */
function clocksDeleted(deletions: Uint8Array | null): [number, number][] {
  if (deletions === null) return [];
  return [...Y.decodeUpdateV2(deletions).ds.clients].map(([client, ranges]) => {
    return [client, Math.min(...ranges.map(({ clock }) => clock))];
  });
}
