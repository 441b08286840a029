/**
 * The mutations of one socket: run one at a time, in the order in which they came, each with the
 * identity that was in force then. What waits is bounded in number, and by the socket's budget.
 */
import type { MutationCall } from "../functions/functionCall.ts";
import type { MemoryBudget } from "./memoryBudget.ts";
import { Overload } from "./socketFault.ts";

const MAX_WAITING = 1000;

type Waiting = { requestId: number; call: MutationCall; chars: number };

export class MutationQueue {
  readonly #run: (requestId: number, call: MutationCall) => Promise<void>;
  readonly #budget: MemoryBudget;
  readonly #waiting: Waiting[] = [];
  #isRunning = false;

  /** @param run must not reject */
  constructor(run: (requestId: number, call: MutationCall) => Promise<void>, budget: MemoryBudget) {
    this.#run = run;
    this.#budget = budget;
  }

  /** @param chars size of the message. @throws Overload if too much waits already */
  push(requestId: number, call: MutationCall, chars: number): void {
    if (this.#waiting.length >= MAX_WAITING) throw new Overload("too many mutations wait");
    this.#budget.take(chars);
    this.#waiting.push({ requestId, call, chars });
    if (!this.#isRunning) void this.#drain();
  }

  /** Forgets what has not begun; the client sends it again on its next socket. */
  clear(): void {
    for (const { chars } of this.#waiting.splice(0)) this.#budget.giveBack(chars);
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#run(next.requestId, next.call);
      this.#budget.giveBack(next.chars);
    }
    this.#isRunning = false;
  }
}
