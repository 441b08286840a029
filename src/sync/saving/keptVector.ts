/**
 * What the versions of a board have of what its rooms told, as one room knows it: whoever wrote them, and
 * under whatever name the rooms know it. A voice that has gone lives on under its last number, by which
 * those who heard it know it, and under the number of this room that stands for it, by which later ones do.
 */
import { covers, merged, without, type RelayVector } from "../peers/relayVector.ts";

/** Voices that are remembered after they have gone; of older ones a change may be credited twice. */
const MAX_GONE = 50;

export class KeptVector {
  readonly #voice: string;
  #kept: RelayVector = new Map();
  readonly #gone = new Map<string, { heard: number; standIn: number }>();

  /** `voice`: this room's own. */
  constructor(voice: string) {
    this.#voice = voice;
  }

  /** To be told to others with every announcement. */
  get vector(): RelayVector {
    return this.#kept;
  }

  /** What stands for all that is here, `vector` being what the voices of now have told. */
  allOf(vector: RelayVector): RelayVector {
    return merged(vector, new Map([...this.#gone].map(([voice, { heard }]) => [voice, heard])));
  }

  /** A version has all that `kept` stands for. Returns whether that is news. */
  note(kept: RelayVector): boolean {
    const own = kept.get(this.#voice) ?? 0;
    const meant = [...this.#gone].filter(([, { standIn }]) => standIn <= own);
    const all = merged(kept, new Map(meant.map(([voice, { heard }]) => [voice, heard])));
    const isNews = !covers(this.#kept, all);
    this.#kept = merged(this.#kept, all);
    return isNews;
  }

  /** `voice`, heard up to its number `heard`, has gone; this room's number `standIn` now stands for it. */
  noteGone(voice: string, heard: number, standIn: number): void {
    this.#gone.set(voice, { heard, standIn });
    const oldest = this.#gone.keys().next();
    if (this.#gone.size <= MAX_GONE || oldest.done === true) return;
    this.#gone.delete(oldest.value);
    this.#kept = without(this.#kept, new Set([oldest.value]));
  }

  /** Whether a version has all that `told` stands for. */
  has(told: RelayVector): boolean {
    return covers(this.#kept, told);
  }
}
