/** Small write transactions of the engine itself: run again until no other commit is faster. */
import { ConflictError } from "../../store/databaseError.ts";
import type { Database } from "../../store/database.ts";
import type { Transaction } from "../../transaction/transaction.ts";

const MAX_ATTEMPTS = 10; // they are tiny: losing ten races in a row is a fault

/** Resolves when the writes are on disk. `task` may run several times. */
export async function commitWrite<T>(
  database: Pick<Database, "begin"> & { commit: (tx: Transaction) => Promise<unknown> },
  task: (tx: Transaction) => T,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const tx = database.begin("mutation");
    try {
      const result = task(tx);
      await database.commit(tx);
      return result;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    } finally {
      tx.close();
    }
  }
}

/** Reads one snapshot. */
export function readSnapshot<T>(database: Database, task: (tx: Transaction) => T): T {
  const tx = database.begin("query");
  try {
    return task(tx);
  } finally {
    tx.close();
  }
}
