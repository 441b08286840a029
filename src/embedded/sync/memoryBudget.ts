/**
 * How much of what peers sent may be held at a time: arguments of queries that are watched, of mutations
 * that wait and of actions that run. One budget a socket, all of them out of one for the engine, so that
 * neither one peer nor many together fill the memory.
 */
import { Overload } from "./socketFault.ts";

const LIMITS = { socketChars: 64 * 1024 * 1024, engineChars: 512 * 1024 * 1024 };

export class MemoryBudget {
  readonly #maxChars: number;
  readonly #socketChars: number;
  readonly #whole: MemoryBudget | null;
  #heldChars = 0;

  private constructor(maxChars: number, socketChars: number, whole: MemoryBudget | null) {
    this.#maxChars = maxChars;
    this.#socketChars = socketChars;
    this.#whole = whole;
  }

  static ofEngine({ socketChars, engineChars } = LIMITS): MemoryBudget {
    return new MemoryBudget(engineChars, socketChars, null);
  }

  forSocket(): MemoryBudget {
    return new MemoryBudget(this.#socketChars, 0, this);
  }

  get heldChars(): number {
    return this.#heldChars;
  }

  /** What is taken must be given back, by whoever took it. @throws Overload if there is not so much left */
  take(chars: number): void {
    if (this.#heldChars + chars > this.#maxChars) throw new Overload("too much is held at a time");
    this.#whole?.take(chars);
    this.#heldChars += chars;
  }

  giveBack(chars: number): void {
    this.#heldChars -= chars;
    this.#whole?.giveBack(chars);
  }
}
