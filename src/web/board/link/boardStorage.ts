/**
 * Where this browser keeps boards between visits (IndexedDB, one database a session), so that a
 * board opens at once and drawing goes on without a network. Only names and deletion: the reading
 * and writing is y-indexeddb's.
 */
const PREFIX = "lectern.board.";

export function boardDatabaseName(sessionId: string): string {
  return PREFIX + sessionId;
}

export function forgetBoard(sessionId: string): void {
  indexedDB.deleteDatabase(boardDatabaseName(sessionId));
}

/** For signing out: whoever uses this browser next must not find somebody's boards. */
export async function forgetBoards(): Promise<void> {
  for (const { name } of await indexedDB.databases()) {
    if (name?.startsWith(PREFIX)) indexedDB.deleteDatabase(name);
  }
}
