/**
 * Decides WHEN one board's versions are taken, and writes down who changed what between them (rules
 * BH6-BH8). Knows neither Yjs nor Convex: taking a picture of the board and writing it are handed in.
 *
 * A version is taken when somebody names one, when the tutor has answered, after VERSION_INTERVAL_MS
 * of change, when the room is given up, and before a restore; all but the first and the last only of a
 * board that has changed since. Where several companions have the board each knows of everybody's changes,
 * and a version that one has written is everybody's (rule BH9).
 */
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { imageIdsOf } from "../../../convex/contract/board/pictureIds.ts";
import { MAX_IMAGE_IDS_PER_VERSION } from "../../../convex/contract/limits.ts";
import type { Clock } from "../../util/clock.ts";
import { ChangeLedger, contributionsOf, type Credit, type ToldCredit } from "./contributions.ts";
import type { RelayVector } from "../peers/relayVector.ts";
import type { VersionAbout } from "./versionArchive.ts";
import type { VersionCause } from "./versionStore.ts";

/** So much work can be lost from history, never from the board. */
export const VERSION_INTERVAL_MS = 5 * 60_000;

/** A board at one instant. */
export interface BoardPicture {
  /** The encoded document. */
  state: Uint8Array;
  objects: readonly CanvasObject[];
  boardSeq: number;
  /** What other companions call all that is on it. */
  told: RelayVector;
}

export interface BoardHistoryDeps {
  /** Must not wait. */
  picture: () => BoardPicture;
  /** Null: the store does not want it. */
  write: (about: VersionAbout, state: Uint8Array) => Promise<string | null>;
  /** `boardSeq` of the newest version there is. */
  newestSeq: () => Promise<number | null>;
  /** All that this stands for has its version. */
  tellKept: (told: RelayVector) => unknown;
  newKey: () => string;
  clock: Clock;
  onError: (error: unknown) => void;
}

export class BoardHistory {
  readonly #deps: BoardHistoryDeps;
  readonly #inFlight = new Set<Promise<unknown>>();
  #ledger = new ChangeLedger(); // since the newest version
  /** Of versions that are being written. */
  readonly #taken = new Set<ChangeLedger>();
  #changes = 0; // in the life of this room
  #keptChanges = 0; // of these, how many the newest version has
  /** Of the version that shows the board as it is now. */
  #currentId: string | undefined;
  /** Some version does, here or of another companion. */
  #isCurrent = false;
  #cancelTimer: (() => void) | undefined;

  constructor(deps: BoardHistoryDeps) {
    this.#deps = deps;
  }

  /** The board has changed, by whomever. */
  markChanged(): void {
    this.#changes++;
    this.#currentId = undefined;
    this.#isCurrent = false;
    this.#cancelTimer ??= this.#deps.clock.after(VERSION_INTERVAL_MS, () => {
      this.#keepQuietly({ kind: "interval" });
    });
  }

  /** These changes were accepted, here or, `told`, by another companion. */
  credit(credits: readonly Credit[], told: RelayVector | undefined): void {
    for (const credit of credits) this.#ledger.note(credit, told);
  }

  /** What has been credited since the newest version. */
  credits(): ToldCredit[] {
    return this.#ledger.credits();
  }

  /** Another companion has written a version of all that `kept` stands for; `isAll`: of all there is. */
  keptElsewhere(kept: RelayVector, isAll: boolean): void {
    for (const ledger of [this.#ledger, ...this.#taken]) ledger.forget(kept);
    if (!isAll) return;
    this.#keptChanges = this.#changes;
    this.#isCurrent = true;
    this.#stopTimer();
  }

  get #isChanged(): boolean {
    return this.#changes > this.#keptChanges;
  }

  /** Nothing is being written. */
  get isIdle(): boolean {
    return this.#inFlight.size === 0;
  }

  /** The tutor has answered: keeps the board if it has changed since the newest version. */
  turnEnded(turnId: string): void {
    if (this.#isChanged) this.#keepQuietly({ kind: "turn", turnId });
  }

  /** @throws the store's error */
  async keepNamed(label: string, userId: string): Promise<string> {
    return await this.#keepWanted({ kind: "named", label, userId });
  }

  /** A version of the board as it is now: the newest one if that is it. @throws the store's error */
  async keepBeforeRestore(): Promise<string> {
    return this.#currentId ?? (await this.#keepWanted({ kind: "restore" }));
  }

  /** Keeps what no version has yet, if `keepsLast`, and leaves no timer. Never rejects. */
  async close(keepsLast: boolean): Promise<void> {
    this.#stopTimer();
    await Promise.allSettled(this.#inFlight);
    if (keepsLast && (await this.#hasNews())) this.#keepQuietly({ kind: "left" });
    this.#stopTimer();
    await Promise.allSettled(this.#inFlight);
    this.#stopTimer();
  }

  /** Also what a companion that died had not kept any more. */
  async #hasNews(): Promise<boolean> {
    if (this.#isChanged || this.#isCurrent) return this.#isChanged;
    try {
      const { boardSeq } = this.#deps.picture();
      return boardSeq > ((await this.#deps.newestSeq()) ?? 0);
    } catch (error) {
      this.#deps.onError(error);
      return false;
    }
  }

  async #keepWanted(cause: VersionCause): Promise<string> {
    const versionId = await this.#keep(cause);
    if (versionId === null) throw new Error(`the store did not want a version (${cause.kind})`);
    return versionId;
  }

  #keepQuietly(cause: VersionCause): void {
    this.#keep(cause).catch(this.#deps.onError);
  }

  #keep(cause: VersionCause): Promise<string | null> {
    const keeping = this.#keepNow(cause);
    this.#inFlight.add(keeping);
    const done = () => this.#inFlight.delete(keeping);
    keeping.then(done, done);
    return keeping;
  }

  /** The picture is taken before the first await: what is drawn while it is written is the next one's. */
  async #keepNow(cause: VersionCause): Promise<string | null> {
    const { state, objects, boardSeq, told } = this.#deps.picture();
    const ledger = this.#ledger;
    this.#ledger = new ChangeLedger();
    this.#taken.add(ledger);
    const seen = this.#changes;
    this.#keptChanges = seen;
    this.#stopTimer();
    const about: VersionAbout = {
      versionKey: this.#deps.newKey(),
      cause,
      boardSeq,
      objectCount: objects.length,
      contributions: contributionsOf(objects, ledger),
      ...namedPictures(objects),
    };
    try {
      const versionId = await this.#deps.write(about, state);
      if (versionId === null) this.#ledger.add(ledger);
      else this.#noteWritten(versionId, seen, told);
      return versionId;
    } catch (error) {
      this.#ledger.add(ledger);
      this.markChanged(); // to be kept with the next one
      throw error;
    } finally {
      this.#taken.delete(ledger);
    }
  }

  #noteWritten(versionId: string, seen: number, told: RelayVector): void {
    if (this.#changes === seen) {
      this.#currentId = versionId;
      this.#isCurrent = true;
    }
    this.#ledger.forget(told); // of which others, who did not know, may have told meanwhile
    this.#deps.tellKept(told);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

/** So that none of them is deleted while a version shows it (rule BO32). */
function namedPictures(objects: readonly CanvasObject[]): Pick<VersionAbout, "imageIds"> {
  const imageIds = imageIdsOf(objects);
  return imageIds.length > MAX_IMAGE_IDS_PER_VERSION ? {} : { imageIds };
}
