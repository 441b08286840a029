/** What boardPeers.ts asks of a board's history, so that every companion knows who has drawn (rule BH13). */
import type { Credit, ToldCredit } from "../history/contributions.ts";
import type { RelayVector } from "./relayVector.ts";

export interface PeersHistory {
  /** Others have accepted these changes, which they call `told`. */
  credit(credits: readonly Credit[], told: RelayVector): void;
  /** Changes that no version has yet. */
  credits(): readonly ToldCredit[];
  /** Others have written a version of what `kept` stands for; `isAll`: of all that is here. */
  keptElsewhere(kept: RelayVector, isAll: boolean): void;
}
