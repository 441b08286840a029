/**
 * The mutations of one socket: run one at a time, in the order in which they came, each with the
 * identity that was in force then. What waits is bounded in number and in size.
 */
import type { MutationCall } from "../functions/functionCall.ts";
import { Overload } from "./socketFault.ts";

const MAX_WAITING = 1000;
const MAX_WAITING_CHARS = 64 * 1024 * 1024;

type Waiting = { requestId: number; call: MutationCall; chars: number };

export class MutationQueue {
  readonly #run: (requestId: number, call: MutationCall) => Promise<void>;
  readonly #waiting: Waiting[] = [];
  #waitingChars = 0;
  #isRunning = false;

  /** @param run must not reject */
  constructor(run: (requestId: number, call: MutationCall) => Promise<void>) {
    this.#run = run;
  }

  /** @param chars size of the message. @throws Overload if too much waits already */
  push(requestId: number, call: MutationCall, chars: number): void {
    if (this.#waiting.length >= MAX_WAITING || this.#waitingChars + chars > MAX_WAITING_CHARS) {
      throw new Overload("too many mutations wait");
    }
    this.#waiting.push({ requestId, call, chars });
    this.#waitingChars += chars;
    if (!this.#isRunning) void this.#drain();
  }

  /** Forgets what has not begun; the client sends it again on its next socket. */
  clear(): void {
    this.#waiting.length = 0;
    this.#waitingChars = 0;
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#waitingChars -= next.chars;
      await this.#run(next.requestId, next.call);
    }
    this.#isRunning = false;
  }
}
