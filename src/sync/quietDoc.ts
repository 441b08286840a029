/**
 * A Yjs document of which there are hundreds in one process, and each of their changes is a transaction.
 */
import * as Y from "yjs";

export class QuietDoc extends Y.Doc {
  /** Nothing is made for events that nobody listens to, of which each transaction has six. */
  override emit(...[name, args]: Parameters<Y.Doc["emit"]>): void {
    if (this._observers.has(name)) super.emit(name, args);
  }
}
