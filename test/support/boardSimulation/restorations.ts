/**
 * Restores of versions in a run, and what each may have taken off the board: what was there just before
 * it and is not in the version, and nothing else. Of one whose companion died under way nobody knows
 * whether it was done; it may have taken all that anybody had.
 */
import type * as Y from "yjs";
import type { SimulatedConvex } from "./simulatedConvex.ts";
import type { SimulatedProcess } from "./simulatedProcess.ts";

export class Restorations {
  readonly #convex: SimulatedConvex;
  readonly #onTaken: (ids: readonly string[]) => void;
  readonly #underWay = new Set<{ process: SimulatedProcess; then: Set<string> }>();
  /** That were answered. */
  done = 0;

  constructor(convex: SimulatedConvex, onTaken: (ids: readonly string[]) => void) {
    this.#convex = convex;
    this.#onTaken = onTaken;
  }

  /** Puts a version back, through a companion that runs. */
  begin(process: SimulatedProcess, sessionId: string, versionId: string, userId: string): void {
    const one = { process, then: this.#idsIn(versionId) };
    this.#underWay.add(one);
    process.run(() => {
      process.rooms.restoreVersion(sessionId, { versionId, userId }).then(
        ({ beforeId }) => {
          this.#underWay.delete(one);
          this.#take(this.#idsIn(beforeId), one.then);
          this.done++;
        },
        () => this.#underWay.delete(one), // nothing was changed then
      );
    });
  }

  /** A process has ended; `docs`: all that anybody has. */
  interrupt(process: SimulatedProcess, docs: readonly Y.Doc[]): void {
    for (const one of this.#underWay) {
      if (one.process !== process) continue;
      this.#underWay.delete(one);
      this.#take(new Set(docs.flatMap(idsOn)), one.then);
    }
  }

  #take(before: ReadonlySet<string>, then: ReadonlySet<string>): void {
    this.#onTaken([...before].filter((id) => !then.has(id)));
  }

  #idsIn(versionId: string): Set<string> {
    const { versions } = this.#convex;
    const version = versions.whole().find((one) => one.versionId === versionId)!;
    return new Set(idsOn(versions.docOf(version)));
  }
}

/** Of its objects and notes. */
export function idsOn(doc: Y.Doc): string[] {
  return [...doc.getMap("objects").keys(), ...doc.getArray<string>("notes")];
}
