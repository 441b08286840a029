/** The asynchronous system calls of queries and mutations, by name. */
import { AUTH_SYSCALLS } from "./authSyscalls.ts";
import { DATABASE_SYSCALLS } from "./databaseSyscalls.ts";
import { METADATA_SYSCALLS } from "./metadataSyscalls.ts";
import { SCHEDULER_SYSCALLS } from "./schedulerSyscalls.ts";
import { STORAGE_SYSCALLS } from "./storageSyscalls.ts";
import type { TransactionSyscall } from "./transactionSyscall.ts";

export const TRANSACTION_SYSCALLS: ReadonlyMap<string, TransactionSyscall> = new Map(
  Object.entries<TransactionSyscall>({
    ...DATABASE_SYSCALLS,
    ...SCHEDULER_SYSCALLS,
    ...STORAGE_SYSCALLS,
    ...AUTH_SYSCALLS,
    ...METADATA_SYSCALLS,
  }),
);
