/**
 * A Yjs document of which there are hundreds in one process, and each of their changes is a transaction.
 */
import { uint32 } from "lib0/random";
import * as Y from "yjs";

/** For promises of a provider, which a server's documents have not. */
const NEVER = new Promise<never>(() => undefined);

export class QuietDoc extends Y.Doc {
  constructor() {
    super();
    this.clientID = lowClientId();
    this._observers.clear(); // those that would keep the promises, a tenth of what an idle board holds
    this.whenLoaded = NEVER;
    this.whenSynced = NEVER;
  }

  /** Nothing is made for events that nobody listens to, of which each transaction has six. */
  override emit(...[name, args]: Parameters<Y.Doc["emit"]>): void {
    if (this._observers.has(name)) super.emit(name, args);
  }
}

/**
 * Of two values that were set at once Yjs keeps the one of the higher id. Low ids let whatever a person
 * has done meanwhile win over a correction, a restore or the tutor, and be judged in its turn. 24 bits
 * are enough to keep the few rooms of one board apart, and few clients have a lower one by chance.
 */
const lowClientId = () => uint32() >>> 8;
