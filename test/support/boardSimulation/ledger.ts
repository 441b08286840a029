/** What people tried in a run, and what of it must be there in the end, or must not. */
import type * as Y from "yjs";
import { idsOn } from "./restorations.ts";
import type { SimulatedPeer } from "./simulatedPeer.ts";
import type { SimulatedProcess } from "./simulatedProcess.ts";

/** From a change of rights until every process knows of it, and what was on its way has arrived. */
const RIGHTS_KNOWN_MS = 1_000;

/** What the session's settings let students change. */
export interface Allowance {
  mayEditAssistants: boolean;
  mayEditOthers: boolean;
}

export class Ledger {
  /** Honest drawings and notes, by id; nobody but its author erases a drawing, and nobody a note. */
  readonly #made = new Map<string, { by: SimulatedPeer; asObserver: boolean }>();
  readonly erased = new Set<string>();
  /** Of all, what a restore may have taken off the board. */
  readonly restoredAway = new Set<string>();
  /** Of those, what servers have shown to somebody, and which: from then on only their deaths may lose it. */
  readonly #told = new Map<string, Set<SimulatedProcess>>();
  /** The tutor's drawings, and which processes have shown them to somebody: those cannot but know them. */
  readonly #tutorsShownBy = new Map<string, Set<SimulatedProcess>>();
  readonly #observersSince = new Map<SimulatedPeer, number>();
  readonly faults: string[] = [];
  forgeries = 0;
  /** Attempts on the assistant's objects. */
  readonly spoils: { id: string; by: string }[] = [];
  /**
   * Those of its objects that somebody who tried to has been allowed to change since, or that were brought
   * to a companion which could not know that they are the assistant's.
   */
  readonly spoilable = new Set<string>();
  /** Attempts on what others drew, and those of it that who tried to has been allowed to change since. */
  readonly meddlings: { id: string; by: string }[] = [];
  readonly meddled = new Set<string>();
  /**
   * A process has ended, or has not heard what another has: what others bring it of that has lost its
   * maker's name, and so has what was deleted and is brought back by somebody who had not heard of it.
   */
  hasForgotten = false;

  made(id: string, by: SimulatedPeer, now: number): void {
    const since = this.#observersSince.get(by) ?? Infinity;
    this.#made.set(id, { by, asObserver: now - since > RIGHTS_KNOWN_MS });
  }

  get drawings(): number {
    return this.#made.size;
  }

  /** `process` has shown these to somebody. */
  tell(ids: readonly string[], process: SimulatedProcess): void {
    for (const id of ids) {
      if (isTutors(id)) {
        const shownBy = this.#tutorsShownBy.get(id) ?? new Set();
        this.#tutorsShownBy.set(id, shownBy.add(process));
      }
      const made = this.#made.get(id);
      if (made === undefined) continue;
      const isNews = !this.#told.has(id); // not a later change of what was allowed once
      this.#told.set(id, (this.#told.get(id) ?? new Set()).add(process));
      if (isNews && made.asObserver && this.#observersSince.has(made.by)) {
        this.faults.push(`${id}, by an observer, was shown to others`);
      }
    }
  }

  /** Whether it is known that the process had this drawing of the tutor's. */
  hasShown(id: string, process: SimulatedProcess | undefined): boolean {
    return process !== undefined && this.#tutorsShownBy.get(id)?.has(process) === true;
  }

  /** A process has died, and with it whatever had not been saved, no other had and nobody brings back. */
  forgive(process: SimulatedProcess, saved: ReadonlySet<string>): void {
    for (const [id, by] of this.#told) {
      by.delete(process);
      if (by.size === 0 && !saved.has(id)) this.#told.delete(id);
    }
  }

  /** A process says that it has saved everything. */
  checkSaved(process: SimulatedProcess, saved: ReadonlySet<string>): void {
    const shown = [...this.#told].filter(([, by]) => by.has(process)).map(([id]) => id);
    const unsaved = shown.filter((id) => !saved.has(id) && !this.mayBeGone(id));
    if (unsaved.length > 0) this.faults.push(`a drain did not save ${unsaved.join()}`);
  }

  /** Ids that must be on the healed board, `docs` being all that is left of what was drawn. */
  expected(docs: readonly Y.Doc[]): string[] {
    const held = docs.flatMap(idsOn);
    const all = new Set([...held, ...this.#told.keys()]);
    return [...all].filter((id) => (this.#made.has(id) || isTutors(id)) && !this.mayBeGone(id));
  }

  /** Whether somebody has, or may have, taken it away. */
  mayBeGone(id: string): boolean {
    const isMeddledWith = this.meddlings.some((one) => one.id === id);
    // Whose name was lost in a crash is everybody's.
    const isTakenAway = this.erased.has(id) || this.meddled.has(id) || this.spoilable.has(id);
    return isTakenAway || this.restoredAway.has(id) || (isMeddledWith && this.hasForgotten);
  }

  noteRoles(people: readonly SimulatedPeer[], now: number): void {
    for (const person of people) {
      if (person.principal.current().role !== "observer") this.#observersSince.delete(person);
      else if (!this.#observersSince.has(person)) this.#observersSince.set(person, now);
    }
  }

  /** To be called after every change of rights and every attempt: a held edit is judged when it comes. */
  judge(people: readonly SimulatedPeer[], may: Allowance): void {
    const mayNow = (by: string, studentsMay: boolean) => {
      const role = people.find(({ name }) => name === by)?.principal.current().role;
      return role === "teacher" || (role === "student" && studentsMay);
    };
    for (const { id, by } of this.spoils) {
      if (mayNow(by, may.mayEditAssistants)) this.spoilable.add(id);
    }
    for (const { id, by } of this.meddlings) {
      if (mayNow(by, may.mayEditOthers)) this.meddled.add(id);
    }
  }
}

const isTutors = (id: string) => id.startsWith("assistants");
