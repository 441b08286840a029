/**
 * Ends the JavaScript that a worker thread is running, without ending the thread: the one way to V8's
 * `TerminateExecution` that Node offers is the inspector's `Runtime.terminateExecution`
 * (https://chromedevtools.github.io/devtools-protocol/v8/Runtime/#method-terminateExecution). The session
 * stays inside the process; no port is opened.
 */
import { Session } from "node:inspector";
import type { Worker } from "node:worker_threads";

type Attached = { params: { sessionId: string; workerInfo: { workerId: string } } };

/** By thread id: how a thread is addressed, and who waits to be told. */
const sessionIds = new Map<string, string>();
const waiting = new Map<string, () => void>();
let session: Session | null | undefined;

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

  /** @param onAttached called once `terminateExecution` works; never where there is no inspector */
  constructor(worker: Worker, onAttached: () => void) {
    session ??= openSession();
    this.#id = String(worker.threadId);
    if (sessionIds.has(this.#id)) onAttached();
    else waiting.set(this.#id, onAttached);
  }

  /** Unwinds what the thread is running down to its event loop, past every `catch` and `finally`. */
  terminateExecution(): void {
    const sessionId = sessionIds.get(this.#id);
    if (sessionId === undefined) return;
    const message = JSON.stringify({ id: 1, method: "Runtime.terminateExecution" });
    session?.post("NodeWorker.sendMessageToWorker", { sessionId, message });
  }

  /** The thread is gone. */
  forget(): void {
    sessionIds.delete(this.#id);
    waiting.delete(this.#id);
  }
}
