/**
 * How a turn reaches the session's board. Implemented by src/sync: the plan runs inside the very
 * transaction that writes, so what it saw of the board is what its objects land on.
 */
import type { BoardOp, BoardView } from "../../convex/contract/boardOps.ts";

export interface BoardPort {
  /** What is on the board now. */
  view(sessionId: string): Promise<BoardView>;
  /**
   * Plans and applies in one transaction of origin "assistant"; returns the operations applied.
   * @throws whatever `plan` throws, with the board unchanged.
   */
  draw(sessionId: string, plan: (board: BoardView) => BoardOp[]): Promise<BoardOp[]>;
  /** A turn is over, however it ended: a good moment to keep the board. Does not wait. */
  turnEnded(sessionId: string, turnId: string): void;
}
