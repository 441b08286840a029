/** All open boards of this companion: finds or opens a session's room, and drains them at the end. */
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { BoardStore } from "./boardStore.ts";

export interface BoardRoomsDeps {
  store: BoardStore;
  clock: Clock;
  logger: Logger;
}

export interface BoardStats {
  rooms: number;
  connections: number;
  /** Age of the oldest change that no store has taken yet, ms; 0 = all saved. */
  oldestUnsavedMs: number;
  refusedEdits: number;
  stalledReaders: number;
  savedRows: number;
  failedSaves: number;
}

export interface BoardRooms {
  /** Takes over an authenticated socket of a stock y-websocket provider. */
  openBoardSocket(socket: GatewaySocket, watch: PrincipalWatch): void;
  /** What is on a session's board (tutor's BoardPort). */
  view(sessionId: string): Promise<BoardView>;
  /** Plans and applies the assistant's drawing in one transaction (tutor's BoardPort). */
  draw(sessionId: string, plan: (board: BoardView) => BoardOp[]): Promise<BoardOp[]>;
  /** Closes all sockets 1001 and saves every board; rejects if something stays unsaved. */
  drain(): Promise<void>;
  stats(): BoardStats;
}

export function createBoardRooms(_deps: BoardRoomsDeps): BoardRooms {
  throw new Error("not built yet");
}
