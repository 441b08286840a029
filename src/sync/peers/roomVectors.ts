/**
 * How far one room has heard what is told on its board, its own voice included, and what of it all is in
 * the store and in versions: vectors by voice (relayVector.ts). Voices that have gone are left out of what
 * is compared, since nobody can be asked for what they said. Knows neither frames nor the document.
 */
import { KeptVector } from "../saving/keptVector.ts";
import { covers, merged, without, type RelayVector } from "./relayVector.ts";

/** Voices remembered as gone; a late frame of older ones costs one more exchange. */
const MAX_GONE = 1_000;

export class RoomVectors {
  /** What versions have. */
  readonly kept: KeptVector;
  readonly #voice: string;
  readonly #isAllSaved: () => boolean;
  readonly #gone = new Set<string>();
  #heard: RelayVector = new Map();
  /** What had been heard at the last announcement: what others lack of it has been lost, not delayed. */
  #announced: RelayVector = new Map();
  /** What the store is known to have, whoever said so. */
  #saved: RelayVector = new Map();

  /** `isAllSaved`: whether nothing waits to be saved in this room. */
  constructor(voice: string, isAllSaved: () => boolean) {
    this.#voice = voice;
    this.#isAllSaved = isAllSaved;
    this.kept = new KeptVector(voice);
  }

  /** All that is here. */
  get heard(): RelayVector {
    return this.#heard;
  }

  heardOf(voice: string): number {
    return this.#heard.get(voice) ?? 0;
  }

  /** What is here of what nobody can have missed by a delay. */
  get heardLongAgo(): RelayVector {
    return this.ofLiving(this.#announced);
  }

  /** What is here and in the store. */
  get saved(): RelayVector {
    return this.#isAllSaved() ? this.#heard : this.#saved;
  }

  ofLiving(vector: RelayVector): RelayVector {
    return without(vector, this.#gone);
  }

  /** Whether all of it is here that anybody can still be asked for. */
  covers(vector: RelayVector): boolean {
    return covers(this.#heard, this.ofLiving(vector));
  }

  /** What `told` stands for is here now. */
  hear(told: RelayVector): void {
    this.#heard = merged(this.#heard, told);
  }

  /** For what this room tells next. */
  nextNumber(): number {
    const number = this.heardOf(this.#voice) + 1;
    this.hear(new Map([[this.#voice, number]]));
    return number;
  }

  /** What this room told as `number` is in the store; to say so is to say it of all before it. */
  noteOwnSaved(number: number): void {
    if (!this.#isAllSaved() && (this.#saved.get(this.#voice) ?? 0) < number - 1) return;
    this.noteSaved(new Map([[this.#voice, number]]));
  }

  /** Returns all that is known to be in the store. */
  noteSaved(saved: RelayVector): RelayVector {
    this.#saved = merged(this.#saved, saved);
    return this.#saved;
  }

  /** Whether somebody has said that all of it is in the store. */
  isStored(vector: RelayVector): boolean {
    return covers(this.#saved, vector);
  }

  /** What gone voices told need not be remembered as saved once all is. */
  forgetGoneIfSaved(): void {
    if (this.#isAllSaved()) this.#saved = without(this.#saved, this.#gone);
  }

  noteAnnounced(): void {
    this.#announced = this.#heard;
  }

  welcome(voice: string): void {
    this.#gone.delete(voice);
  }

  /** What of a gone voice is here counts as told by this room from now on, so that whoever lacks it notices. */
  lose(voice: string): void {
    this.#gone.add(voice);
    const oldest = this.#gone.values().next();
    if (this.#gone.size > MAX_GONE && oldest.done !== true) this.#gone.delete(oldest.value);
    const heard = this.#heard.get(voice);
    if (heard === undefined) return;
    const wasSaved = covers(this.saved, new Map([[voice, heard]]));
    this.#heard = without(this.#heard, this.#gone);
    const number = this.nextNumber();
    this.kept.noteGone(voice, heard, number);
    if (wasSaved) this.noteOwnSaved(number);
  }
}
