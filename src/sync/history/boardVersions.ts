/**
 * The history of one open board: takes versions of its document when boardHistory.ts says so, and puts
 * an older one back. A restore is an edit like any other: one transaction on top of what is there, seen
 * live by everybody, and nothing is replaced before a version that holds it is stored (rule BH7).
 */
import { randomUUID } from "node:crypto";
import * as Y from "yjs";
import { appError } from "../../../convex/contract/errors.ts";
import { OBJECTS_MAP } from "../../../convex/contract/boardOps.ts";
import type { Clock } from "../../util/clock.ts";
import type { Logger } from "../../util/logger.ts";
import type { BoardDocument } from "../document/boardDocument.ts";
import { BoardHistory } from "./boardHistory.ts";
import type { Credit, ToldCredit } from "./contributions.ts";
import { FormerBoard } from "./formerBoard.ts";
import type { RelayVector } from "../peers/relayVector.ts";
import { VersionArchive, type Zipping } from "./versionArchive.ts";
import type { VersionStore } from "./versionStore.ts";

export interface Restored {
  /** The version that shows the board as it was before: restoring that one undoes the restore. */
  beforeId: string;
  /** How many objects and other root types came, went or changed. */
  changed: number;
}

export interface BoardVersionsDeps {
  sessionId: string;
  versionStore: VersionStore;
  clock: Clock;
  logger: Logger;
  random: () => number;
  zipping: Zipping;
  document: Pick<BoardDocument<never>, "doc" | "encode" | "ephemeral" | "view" | "restore">;
  /** Number of the newest update that is stored. */
  boardSeq: () => number;
  /** What other companions call all that is on the board. */
  told: () => RelayVector;
  /** All that `told` stands for has its version; for the other companions to know. */
  tellKept: (told: RelayVector) => unknown;
  /** Awaited before a version that somebody wants, which shall have what others have not saved yet. */
  hearOthers: () => Promise<void>;
  /** Applies what people have sent so far. */
  flush: () => void;
  /** Saves the board at once. */
  hurry: () => void;
  /** Bytes by which the document may still grow. */
  roomLeft: () => number;
}

export class BoardVersions {
  readonly #deps: BoardVersionsDeps;
  readonly #archive: VersionArchive;
  readonly #history: BoardHistory;
  /** Objects changed since the picture of the restore that is under way. */
  #changedKeys: Set<string> | undefined;
  /** One restore at a time, or the second would take the first for drawing that must stay. */
  #restoring: Promise<unknown> = Promise.resolve();
  #restoresAhead = 0;
  #noted: Credit[] = [];

  constructor(deps: BoardVersionsDeps) {
    this.#deps = deps;
    const { sessionId, versionStore: store, clock, logger, document } = deps;
    this.#archive = new VersionArchive({ ...deps, store });
    this.#history = new BoardHistory({
      picture: () => ({
        state: document.encode(),
        objects: [...document.view().objects.values()],
        boardSeq: deps.boardSeq(),
        told: deps.told(),
      }),
      tellKept: deps.tellKept,
      write: (about, state) => this.#archive.write(about, state),
      newestSeq: () => store.newestSeq(sessionId),
      newKey: randomUUID,
      clock,
      onError: (err) => logger.warn({ err, sessionId }, "a version of a board could not be kept"),
    });
  }

  /** To be told of every transaction of the document. */
  follow(transaction: Y.Transaction): void {
    const { doc, ephemeral } = this.#deps.document;
    const isBoard = [...transaction.changed.keys()].some((type) => !isSame(type, ephemeral));
    if (!isBoard) return; // marks come and go; they are no part of history
    this.#history.markChanged();
    if (this.#changedKeys === undefined) return;
    const keys = transaction.changed.get(doc.getMap(OBJECTS_MAP) as never);
    for (const key of keys ?? []) if (key !== null) this.#changedKeys.add(key);
  }

  /** To be told of each change of an object in the transaction that is under way. */
  note(credit: Credit): void {
    this.#noted.push(credit);
  }

  /** What has been noted, to be credited once it is known what others call it. */
  takeNoted(): readonly Credit[] {
    const noted = this.#noted;
    this.#noted = [];
    return noted;
  }

  /** `told`: what other companions call the changes; undefined = there are none. */
  credit(credits: readonly Credit[], told: RelayVector | undefined): void {
    this.#history.credit(credits, told);
  }

  /** Changes that no version has yet, as far as this companion has heard of them. */
  credits(): ToldCredit[] {
    return this.#history.credits();
  }

  /** Another companion has kept all that `kept` stands for; `isAll`: that is all there is. */
  keptElsewhere(kept: RelayVector, isAll: boolean): void {
    this.#history.keptElsewhere(kept, isAll);
  }

  turnEnded(turnId: string): void {
    this.#deps.flush();
    this.#history.turnEnded(turnId);
  }

  async keepNamed(label: string, userId: string): Promise<string> {
    await this.#deps.hearOthers();
    this.#deps.flush();
    return await this.#history.keepNamed(label, userId);
  }

  /**
   * Makes the objects and other root types what they were in the version. What others do from now on
   * stays, marks too. @throws NOT_FOUND, LIMIT_EXCEEDED, the store's error; the board is unchanged then
   */
  async restore(versionId: string, userId: string): Promise<Restored> {
    this.#restoresAhead++;
    const restored = this.#restoring.then(() => this.#restoreNow(versionId, userId));
    this.#restoring = restored.catch(() => undefined);
    try {
      return await restored;
    } finally {
      this.#restoresAhead--;
    }
  }

  async #restoreNow(versionId: string, userId: string): Promise<Restored> {
    const { document, flush, hurry, roomLeft, hearOthers } = this.#deps;
    await hearOthers();
    const state = await this.#archive.read(versionId);
    if (state.byteLength > roomLeft()) {
      throw appError("LIMIT_EXCEEDED", "The board is too large to take this version in.");
    }
    const former = new FormerBoard(state);
    flush();
    this.#changedKeys = new Set();
    const before = Y.snapshot(document.doc);
    try {
      const beforeId = await this.#history.keepBeforeRestore();
      flush();
      const roots = former.rootsBack(document.doc, before);
      const changed = document.restore(former.objects, this.#changedKeys, userId, roots);
      hurry();
      return { beforeId, changed };
    } finally {
      this.#changedKeys = undefined;
    }
  }

  get isIdle(): boolean {
    return this.#history.isIdle && this.#restoresAhead === 0;
  }

  /** `keepsLast`: the room is given up in peace, and its last state becomes a version. Never rejects. */
  async close(keepsLast: boolean): Promise<void> {
    await this.#restoring;
    await this.#history.close(keepsLast);
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b;
}
