/** What the engine around the functions offers to their system calls. */
import type { FileStore } from "../storage/fileStore.ts";
import type { Database } from "../store/database.ts";
import type { SigningKey } from "./signingKey.ts";

export interface RuntimeServices {
  readonly database: Database;
  readonly files: FileStore;
  readonly signingKey: SigningKey;
  readonly cloudUrl: string;
  readonly instanceName: string;
  /** Ms since epoch. */
  readonly now: () => number;
}
