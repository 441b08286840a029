/**
 * The numbered events of one session that this companion remembers: gives each its number, folds them
 * into the live turn, and says what a client that resumes must be sent (rules TU5, TU6). Older events
 * are in the store; asking it is the room's business.
 */
import {
  applyTutorEvent,
  hasEnded,
  INITIAL_TUTOR_STATE,
  type FoldedTurn,
  type SequencedEvent,
  type TutorEvent,
  type TutorState,
} from "../../convex/contract/tutorEvents.ts";

/** A long answer has some 2,000 deltas; who missed more gets the folded turn instead. */
const MAX_REMEMBERED = 4_000;

export class EventLog {
  #events: SequencedEvent[] = [];
  #state: TutorState = INITIAL_TUTOR_STATE;

  /** Number of the newest event; 0 = none yet. */
  get lastSeq(): number {
    return this.#state.seq;
  }

  /** The turn that is live, as far as its events tell; null between turns. */
  get liveTurn(): FoldedTurn | null {
    const { turn } = this.#state;
    return turn === null || hasEnded(turn) ? null : turn;
  }

  /** The live turn, or the one that ended last. */
  get lastTurn(): FoldedTurn | null {
    return this.#state.turn;
  }

  /** Goes on from `lastSeq`, as the store tells it; what was remembered from before is dropped. */
  startFrom(lastSeq: number): void {
    if (lastSeq === this.lastSeq) return;
    this.#events = [];
    this.#state = { seq: lastSeq, turn: null, hasGap: false };
  }

  append(turnId: string, event: TutorEvent, at: number): SequencedEvent {
    const sequenced = { seq: this.lastSeq + 1, at, turnId, event };
    this.#state = applyTutorEvent(this.#state, sequenced);
    this.#events.push(sequenced);
    if (this.#events.length > MAX_REMEMBERED) this.#events.splice(0, MAX_REMEMBERED / 4);
    return sequenced;
  }

  /** Takes the next event of a turn that another companion answers. */
  take(sequenced: SequencedEvent): void {
    this.append(sequenced.turnId, sequenced.event, sequenced.at);
  }

  /** Goes on from `seq` within a live turn, as another companion tells it. */
  adopt(seq: number, turn: FoldedTurn): void {
    this.#events = [];
    this.#state = { seq, turn, hasGap: false };
  }

  /** All events after `after`, or undefined when some of them are not remembered here. */
  since(after: number): SequencedEvent[] | undefined {
    if (after > this.lastSeq) return undefined; // numbers that were never given, or were lost
    const first = this.#events[0]?.seq ?? this.lastSeq + 1;
    if (after + 1 < first) return undefined;
    return this.#events.slice(after + 1 - first);
  }
}

/**
 * Joins what the store has after `after` with what is remembered. Undefined unless the numbers follow
 * each other without a gap up to `log.lastSeq`: then only a reset is honest.
 */
export function joinEvents(
  after: number,
  stored: readonly SequencedEvent[],
  log: EventLog,
): SequencedEvent[] | undefined {
  const joined: SequencedEvent[] = [];
  let last = after;
  for (const event of stored) {
    if (event.seq <= last) continue;
    if (event.seq > last + 1) return undefined;
    joined.push(event);
    last = event.seq;
  }
  const rest = log.since(last);
  return rest === undefined ? undefined : [...joined, ...rest];
}
