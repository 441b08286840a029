/**
 * Reaches into a worker thread that is busy: ends the JavaScript it is running without ending the thread, or
 * has it evaluate an expression in between. The one way to V8's `TerminateExecution` that Node
 * offers is the inspector's `Runtime.terminateExecution`
 * (https://chromedevtools.github.io/devtools-protocol/v8/Runtime/#method-terminateExecution). The session
 * stays inside the process; no port is opened.
 */
import { Session } from "node:inspector";
import type { Worker } from "node:worker_threads";

type Attached = { params: { sessionId: string; workerInfo: { workerId: string } } };
type Received = { params: { sessionId: string; message: string } };
type Evaluated = { id?: number; result?: { result?: { value?: unknown } } };
type Evaluation = { resolve: (value: unknown) => void; reject: (error: Error) => void };

/** By thread id: how a thread is addressed, and who waits to be told. */
const sessionIds = new Map<string, string>();
const waiting = new Map<string, () => void>();
/** By session, then by the number of the message. */
const evaluations = new Map<string, Map<number, Evaluation>>();
let session: Session | null | undefined;
let lastMessage = 0;

/** Null where Node was built without an inspector, or this thread may not use it. */
function openSession(): Session | null {
  try {
    const opened = new Session();
    opened.connect();
    opened.on("NodeWorker.attachedToWorker", ({ params }: Attached) => {
      const { workerId } = params.workerInfo;
      sessionIds.set(workerId, params.sessionId);
      waiting.get(workerId)?.();
      waiting.delete(workerId);
    });
    opened.on("NodeWorker.receivedMessageFromWorker", ({ params }: Received) => {
      const { id = 0, result } = JSON.parse(params.message) as Evaluated;
      const pending = evaluations.get(params.sessionId);
      pending?.get(id)?.resolve(result?.result?.value);
      pending?.delete(id);
    });
    opened.post("NodeWorker.enable", { waitForDebuggerOnStart: false }, (error) => {
      if (error !== null) session = null;
    });
    return opened;
  } catch {
    return null;
  }
}

export class ThreadInspector {
  readonly #id: string;

  /** @param onAttached called once the thread can be reached; never where there is no inspector */
  constructor(worker: Worker, onAttached: () => void) {
    session ??= openSession();
    this.#id = String(worker.threadId);
    if (sessionIds.has(this.#id)) onAttached();
    else waiting.set(this.#id, onAttached);
  }

  /** Unwinds what the thread is running down to its event loop, past every `catch` and `finally`. */
  terminateExecution(): void {
    this.#send("Runtime.terminateExecution", {});
  }

  /**
   * What an expression evaluates to (as JSON carries it) in the thread's main context, where nothing else
   * of the thread goes on meanwhile. Rejects if the thread cannot be reached or is gone.
   */
  evaluate(expression: string): Promise<unknown> {
    const sent = this.#send("Runtime.evaluate", { expression, returnByValue: true });
    if (sent === null) return Promise.reject(new Error("The thread cannot be reached."));
    const pending = evaluations.get(sent.sessionId) ?? new Map<number, Evaluation>();
    evaluations.set(sent.sessionId, pending);
    return new Promise((resolve, reject) => pending.set(sent.id, { resolve, reject }));
  }

  /** The thread is gone. */
  forget(): void {
    const sessionId = sessionIds.get(this.#id) ?? "";
    for (const { reject } of evaluations.get(sessionId)?.values() ?? []) {
      reject(new Error("The thread is gone."));
    }
    evaluations.delete(sessionId);
    sessionIds.delete(this.#id);
    waiting.delete(this.#id);
  }

  #send(method: string, params: object): { sessionId: string; id: number } | null {
    const sessionId = sessionIds.get(this.#id);
    if (sessionId === undefined || !session) return null;
    const id = ++lastMessage;
    const message = JSON.stringify({ id, method, params });
    session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
    return { sessionId, id };
  }
}
