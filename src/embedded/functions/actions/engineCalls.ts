/** How the actions in a worker ask the engine: each question has a number, under which the answer comes. */
import type { MessagePort, Transferable } from "node:worker_threads";
import type { Answer, FromWorker, Question } from "./actionMessages.ts";
import type { HostOutcome, HostResult } from "../context/host.ts";

export class EngineCalls {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (outcome: HostOutcome | HostResult) => void>();
  #lastCallId = 0;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** @param moved what goes over instead of being copied */
  say(message: FromWorker, moved: Transferable[] = []): void {
    this.#port.postMessage(message, moved);
  }

  /** Resolves with what the engine answers; a refusal is an answer. @throws what cannot be sent */
  ask(runId: number, question: Question): Promise<HostOutcome | HostResult> {
    const callId = ++this.#lastCallId;
    this.say({ ...question, runId, callId });
    return new Promise((resolve) => this.#waiting.set(callId, resolve));
  }

  answered({ callId, outcome }: Answer): void {
    this.#waiting.get(callId)?.(outcome);
    this.#waiting.delete(callId);
  }
}
