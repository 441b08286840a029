/**
 * Where a change of a board came from: the origins of its document's transactions. One transaction holds
 * what several people sent in one flush, so theirs says afterwards whether it holds just that.
 */
import type { Principal } from "../../protocol/principal.ts";
import type { RelayVector } from "../peers/relayVector.ts";
import { isNextStep } from "./updateGuard.ts";

export const ASSISTANT = "assistant";
export const EXPIRY = "expiry";
export const RESTORE = "restore";
/** What other companions' rooms have saved; people's own edits come from the sockets. */
export const STORED = "stored";

/** What another companion's room has judged and told. */
export class FromPeer {
  /** What rooms call it. */
  readonly told: RelayVector;
  /** Whether it is in the store. */
  readonly isSaved: boolean;
  /** False when something was missing that it builds on. Known once it has been applied. */
  isWhole = true;
  constructor(told: RelayVector, isSaved: boolean) {
    this.told = told;
    this.isSaved = isSaved;
  }
}

export interface Writer {
  /** As of now: rights are judged when an edit is applied, not when its socket was opened. */
  principal(): Principal;
}

export interface Edit<W extends Writer> {
  writer: W;
  update: Uint8Array;
}

/**
 * What is passed on as it came. A larger update may hold much that is known (the answer to a sync step 1
 * names all deletions), and to encode it anew is little beside sending it.
 */
const MAX_PASSED_ON_BYTES = 1024;

/** What people have sent. */
export class FromPeople {
  /** All that the transaction holds; none when it holds more, or not all of what was sent. */
  edits: readonly Edit<Writer>[] = [];
  readonly #sent: readonly { writer: Writer }[];

  /** `sent`: what was to be applied, whatever came of it. */
  constructor(sent: readonly { writer: Writer }[]) {
    this.#sent = sent;
  }

  /** Who has all of it, having sent it. */
  get author(): Writer | undefined {
    return onlyWriter(this.edits);
  }

  /** Whose fault it is when the transaction fails. Of several nobody knows; each will send theirs again. */
  get culprit(): Writer | undefined {
    return onlyWriter(this.#sent);
  }

  /** An update as it came that brings all of it to those who have `before` (clocks by author). */
  sentAs(before: ReadonlyMap<number, number>): Uint8Array | undefined {
    const [edit] = this.edits;
    if (edit === undefined || this.edits.length > 1) return undefined;
    const isFit = edit.update.byteLength <= MAX_PASSED_ON_BYTES && isNextStep(edit.update, before);
    return isFit ? edit.update : undefined;
  }
}

function onlyWriter(edits: readonly { writer: Writer }[]): Writer | undefined {
  const writer = edits[0]?.writer;
  return edits.every((edit) => edit.writer === writer) ? writer : undefined;
}
