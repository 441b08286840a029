/**
 * What one board and one of its sockets may take. Chosen so that a class drawing at full speed never
 * meets them, while one hostile socket stays cheap (rules WB8, WB9).
 */
import type { BudgetLimits } from "../protocol/messageBudget.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

export interface BoardLimits {
  /** One frame; for the gateway's maxPayload. Holds the whole offline work of a client that returns. */
  maxMessageBytes: number;
  /** Above this nothing can be added to the board; changing and deleting still work. */
  fullBoardBytes: number;
  /** Above this a socket that sends more is closed 4413. */
  maxBoardBytes: number;
  /** Updates waiting for others that they depend on; beyond, their senders must resync. */
  maxPendingBytes: number;
  maxPendingUpdates: number;
  maxStateVectorBytes: number;
  maxConnectionsPerBoard: number;
  budget: BudgetLimits;
}

export const BOARD_LIMITS: BoardLimits = {
  maxMessageBytes: 8 * MIB,
  fullBoardBytes: 8 * MIB,
  maxBoardBytes: 12 * MIB,
  maxPendingBytes: 128 * KIB,
  maxPendingUpdates: 200,
  maxStateVectorBytes: MIB, // some 100,000 page loads; an honest one is a few hundred bytes
  maxConnectionsPerBoard: 2_000,
  budget: {
    messagesPerSecond: 300, // a pen gives 60-120, a mouse with undo storms twice that
    burstMessages: 2_000,
    bytesPerSecond: 2 * MIB,
    burstBytes: 24 * MIB,
  },
};
