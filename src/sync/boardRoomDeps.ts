/** What one room is given by those who open it: stores, time, limits, and whom to tell. */
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { BoardLimits } from "./boardLimits.ts";
import type { BoardRelay } from "./peers/boardRelay.ts";
import type { BoardStore } from "./saving/boardStore.ts";
import type { TutorSeal } from "./document/tutorSeal.ts";
import type { Zipping } from "./history/versionArchive.ts";
import type { VersionStore } from "./history/versionStore.ts";

export interface BoardRoomDeps {
  sessionId: string;
  store: BoardStore;
  versionStore: VersionStore;
  seal: TutorSeal;
  /** Undefined: no other companion has this board. */
  relay: BoardRelay | undefined;
  clock: Clock;
  logger: Logger;
  random: () => number;
  /** For versions. */
  zipping: Zipping;
  /** Runs a task once the current batch of socket events is through. */
  soon: (task: () => void) => void;
  limits: BoardLimits;
  /** The last connection has gone, or the last change has been saved. */
  onIdle: () => void;
  onSaved: () => void;
  onSaveFailed: () => void;
  onRefused: () => void;
  /** The room is of no use any more; the next one finds in the store what was saved. */
  onBroken: () => void;
}
