/**
 * A Yjs document of which there are hundreds in one process, and each of their changes is a transaction.
 */
import * as Y from "yjs";

/** For promises of a provider, which a server's documents have not. */
const NEVER = new Promise<never>(() => undefined);

export class QuietDoc extends Y.Doc {
  constructor() {
    super();
    this._observers.clear(); // those that would keep the promises, a tenth of what an idle board holds
    this.whenLoaded = NEVER;
    this.whenSynced = NEVER;
  }

  /** Nothing is made for events that nobody listens to, of which each transaction has six. */
  override emit(...[name, args]: Parameters<Y.Doc["emit"]>): void {
    if (this._observers.has(name)) super.emit(name, args);
  }
}
