/** The shape of a system call that a query or mutation makes. */
import type { TransactionScope } from "../transactions/transactionScope.ts";

export interface TransactionSyscall {
  /** Refused in queries. */
  readonly writes: boolean;
  /** Takes the parsed arguments, which the library inside the functions has shaped; answers JSON, or its text (JsonText). */
  run(scope: TransactionScope, args: never): unknown;
}
