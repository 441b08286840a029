/** All tutor conversations of this companion: one room a session that has a socket or a live turn. */
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { BoardPort } from "./boardPort.ts";
import type { ChatModel } from "./chatModel.ts";
import type { TurnStore } from "./turnStore.ts";

export interface TutorRoomsDeps {
  store: TurnStore;
  board: BoardPort;
  /** Undefined: the extractive tutor answers. */
  chatModel?: ChatModel | undefined;
  clock: Clock;
  logger: Logger;
  /** Names this companion in leases; the same after a restart, so that it finds its own orphans. */
  companionId: string;
}

export interface TutorStats {
  rooms: number;
  connections: number;
  liveTurns: number;
  finishedTurns: { done: number; cancelled: number; failed: number };
  droppedCitations: number;
}

export interface TutorRooms {
  openTutorSocket(socket: GatewaySocket, watch: PrincipalWatch): void;
  /** To be called once on start, before sockets come: ends what a dead predecessor left behind. */
  recover(): Promise<number>;
  /** Ends live turns as INTERRUPTED, saves what was said and closes all sockets 1001. */
  drain(): Promise<void>;
  stats(): TutorStats;
}

export function createTutorRooms(_deps: TutorRoomsDeps): TutorRooms {
  throw new Error("not built yet");
}
