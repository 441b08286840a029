import { randomBytes } from "node:crypto";

import type { VersionStore } from "./versionStore.ts";

/** The key that seals cursors: made once, kept with the data. */
export function cursorSecret(store: VersionStore): Uint8Array {
  const saved = store.setting("cursorSecret");
  if (saved instanceof Uint8Array) return saved;
  const secret = randomBytes(32);
  store.setSetting("cursorSecret", secret);
  return secret;
}
