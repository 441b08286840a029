/**
 * `ctx.storage` inside queries and mutations. Rows change with the transaction; blobs are written
 * before it commits and removed after.
 */
import { deleteStoredFile, insertStoredFile, readStoredFile } from "../../storage/storedFiles.ts";
import type { TransactionScope } from "../transactions/transactionScope.ts";
import type { TransactionSyscall } from "./transactionSyscall.ts";

interface FileArgs {
  readonly storageId: string;
}

interface StoreArgs {
  /** Base64. */
  readonly blob: string;
  readonly contentType?: string;
  readonly sha256?: string;
}

export const STORAGE_SYSCALLS = {
  "1.0/storageGenerateUploadUrl": {
    writes: true,
    run: ({ call, called }: TransactionScope) => call.services.files.uploadUrl(called.component),
  },
  "1.0/storageGetUrl": {
    writes: false,
    run({ tx, call }: TransactionScope, { storageId }: FileArgs) {
      const file = readStoredFile(tx, storageId);
      return file === null ? null : call.services.files.url(file.uuid);
    },
  },
  "1.0/storageGetMetadata": {
    writes: false,
    run({ tx }: TransactionScope, { storageId }: FileArgs) {
      const file = readStoredFile(tx, storageId);
      if (file === null) return null;
      const { size, contentType } = file;
      return {
        storageId,
        sha256: Buffer.from(file.sha256, "base64").toString("hex"),
        size,
        contentType,
      };
    },
  },
  "1.0/storageDelete": {
    writes: true,
    run({ tx, call }: TransactionScope, { storageId }: FileArgs) {
      const { uuid } = deleteStoredFile(tx, storageId);
      call.atEnd.push(async (isCommitted) => {
        if (isCommitted) await call.services.files.remove([uuid]);
      });
    },
  },
  "1.0/storageStore": {
    writes: true,
    run({ tx, call }: TransactionScope, args: StoreArgs) {
      const { files } = call.services;
      const bytes = Buffer.from(args.blob, "base64");
      tx.usage.charge("filesWritten", 1);
      tx.usage.charge("fileWriteBytes", bytes.length);
      const blob = files.writeNow(bytes, args.sha256);
      call.atEnd.push(async (isCommitted) => {
        if (!isCommitted) await files.remove([blob.uuid]);
      });
      return insertStoredFile(tx, { ...blob, contentType: args.contentType ?? null });
    },
  },
  "1.0/storageGet": {
    writes: true, // reading a file takes time that a query does not have
    run({ tx, call }: TransactionScope, { storageId }: FileArgs) {
      const file = readStoredFile(tx, storageId);
      if (file === null) return null;
      tx.usage.charge("filesRead", 1);
      tx.usage.charge("fileReadBytes", file.size);
      const blob = Buffer.from(call.services.files.readNow(file.uuid)).toString("base64");
      return { blob, contentType: file.contentType };
    },
  },
} satisfies Record<string, TransactionSyscall>;
