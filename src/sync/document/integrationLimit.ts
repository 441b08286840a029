/**
 * Ends an update whose taking in would stop the server (rule WB29). Where several clients have written in
 * the same place at once, Yjs looks at all of that again for each item that comes: 240 KB of items, made
 * so, took a minute (measured), and 8 MiB would take days. Yjs cannot be interrupted, so this stands before
 * each item that it integrates; those before the end stay, and the document is whole.
 */
import * as Y from "yjs";

/** For one update, beside ITEM_MS. */
const MAX_INTEGRATION_MS = 1_000;
/** For each item; an honest one takes a fifth of it or less, however many there are. */
const ITEM_MS = 0.005;

let isLimited = false;
let items = 0;
/** When the first item came, by the clock of `performance`. */
let startedAt = 0;

type Integrate = (this: Y.Item, transaction: Y.Transaction, offset: number) => void;
const { integrate } = Y.Item.prototype as { integrate: Integrate };

Y.Item.prototype.integrate = function (this: Y.Item, transaction, offset) {
  if (isLimited) checkTime();
  integrate.call(this, transaction, offset);
};

function checkTime(): void {
  const now = performance.now();
  if (items === 0) startedAt = now;
  items++;
  if (now - startedAt > MAX_INTEGRATION_MS + items * ITEM_MS)
    throw new RangeError("takes too long");
}

/** Runs `apply`, in which Yjs takes in an update. @throws when that takes too long, or what `apply` throws */
export function integrateInTime(apply: () => void): void {
  isLimited = true;
  items = 0;
  try {
    apply();
  } finally {
    isLimited = false;
  }
}
