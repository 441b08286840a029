/**
 * One tutor room's view of the rooms of its session in other companions: tells them what is answered
 * here, follows what is answered there, event by event, and passes on who wants to stop it (rules
 * TU14-TU16). Event numbers show what was lost on the way; it is asked for, and where nobody answers
 * any more the store is read. Knows neither sockets nor Redis.
 */
import { randomUUID } from "node:crypto";
import { appError, type ErrorCode } from "../../convex/contract/errors.ts";
import {
  hasEnded,
  type FoldedTurn,
  type SequencedEvent,
} from "../../convex/contract/tutorEvents.ts";
import type { Clock } from "../util/clock.ts";
import type { EventLog } from "./eventLog.ts";
import type { TurnChannel, TurnRelay } from "./turnRelay.ts";
import {
  decodeTurnRelayFrame,
  encodeTurnRelayFrame,
  type StopWish,
  type TurnRelayFrame,
} from "./turnRelayFrames.ts";

/** How often a live turn is said to be; a model may think long before it says anything. */
export const ALIVE_EVERY_MS = 2_000;
/** Of a live turn nothing has been heard for so long: its companion is gone or cannot be heard. */
export const QUIET_LIMIT_MS = 5_000;
/** What is missing is asked for once in this time. */
const ASK_PAUSE_MS = 300;
const STOP_ATTEMPTS = 3;
const STOP_PAUSE_MS = 700;

/** What the peers ask of their room. */
export interface TurnPeersDesk {
  readonly log: EventLog;
  /** The turn that is answered here. */
  runningTurnId(): string | undefined;
  /** The next event of a turn that is answered elsewhere. */
  follow(event: SequencedEvent): void;
  /** A turn is live elsewhere and has come this far; what was shown of it is replaced. */
  adopt(seq: number, turn: FoldedTurn): void;
  /** Brings the log to where the store is. Never rejects. */
  readStore(): Promise<void>;
  /** Stops the turn that is answered here. Undefined = done, else why not. */
  stopHere(wish: StopWish): ErrorCode | undefined;
}

export class TurnPeers {
  readonly #desk: TurnPeersDesk;
  readonly #clock: Clock;
  readonly #channel: TurnChannel;
  readonly #verdicts = new Map<string, (code: ErrorCode | null) => void>();
  #heardAt = -Infinity;
  #askedAt = -Infinity;
  #readAt = -Infinity;
  #cancelAlive: (() => void) | undefined;
  #cancelWatch: (() => void) | undefined;
  #hasLeft = false;

  constructor(deps: { relay: TurnRelay; sessionId: string; desk: TurnPeersDesk; clock: Clock }) {
    this.#desk = deps.desk;
    this.#clock = deps.clock;
    this.#channel = deps.relay.join(deps.sessionId, {
      onFrame: (bytes) => this.#hear(bytes),
      onMeeting: () => this.#meet(),
    });
  }

  #say(frame: TurnRelayFrame): void {
    this.#channel.say(encodeTurnRelayFrame(frame));
  }

  #meet(): void {
    const { log } = this.#desk;
    if (this.#desk.runningTurnId() !== undefined) this.#sayAlive();
    else this.#say({ type: "missing", after: log.liveTurn === null ? null : log.lastSeq });
  }

  /** Passes on what has just been told here. */
  tell(event: SequencedEvent): void {
    this.#say({ type: "events", events: [event] });
    this.#cancelAlive ??= this.#clock.after(ALIVE_EVERY_MS, () => this.#sayAlive());
  }

  #sayAlive(): void {
    this.#cancelAlive?.();
    this.#cancelAlive = undefined;
    const turnId = this.#desk.runningTurnId();
    if (turnId === undefined || this.#hasLeft) return;
    this.#say({ type: "alive", turnId, seq: this.#desk.log.lastSeq });
    this.#cancelAlive = this.#clock.after(ALIVE_EVERY_MS, () => this.#sayAlive());
  }

  #hear(bytes: Uint8Array): void {
    const frame = decodeTurnRelayFrame(bytes);
    if (frame === undefined || this.#hasLeft) return;
    switch (frame.type) {
      case "missing":
        this.#answer(frame.after);
        break;
      case "stop":
        this.#judge(frame);
        break;
      case "verdict":
        this.#verdicts.get(frame.id)?.(frame.code);
        break;
      default:
        // Whoever answers here has the lease; another that says so has lost it.
        if (this.#desk.runningTurnId() === undefined) this.#take(frame);
    }
  }

  #answer(after: number | null): void {
    const { log } = this.#desk;
    if (this.#desk.runningTurnId() === undefined || log.liveTurn === null) return;
    const events = after === null ? undefined : log.since(after);
    if (events === undefined) this.#say({ type: "live", seq: log.lastSeq, turn: log.liveTurn });
    else this.#say({ type: "events", events });
  }

  #take(frame: Extract<TurnRelayFrame, { type: "events" | "alive" | "live" }>): void {
    this.#heardAt = this.#clock.now();
    if (frame.type === "events") for (const event of frame.events) this.#takeEvent(event);
    else if (frame.type === "live") this.#takeTurn(frame.seq, frame.turn);
    else if (!this.#knows(frame.turnId) && frame.seq >= this.#desk.log.lastSeq) this.#ask(null);
    else if (frame.seq > this.#desk.log.lastSeq) this.#ask(this.#desk.log.lastSeq);
    this.watch();
  }

  #knows(turnId: string): boolean {
    return this.#desk.log.lastTurn?.turnId === turnId;
  }

  #takeEvent(event: SequencedEvent): void {
    const { log } = this.#desk;
    if (event.seq <= log.lastSeq) return;
    const isNext = event.seq === log.lastSeq + 1;
    const isKnown = event.event.type === "turnStarted" || this.#knows(event.turnId);
    if (isNext && isKnown) this.#desk.follow(event);
    else this.#ask(isKnown ? log.lastSeq : null);
  }

  #takeTurn(seq: number, turn: FoldedTurn): void {
    const { log } = this.#desk;
    const isNews = seq > log.lastSeq || (seq === log.lastSeq && !this.#knows(turn.turnId));
    if (isNews) this.#desk.adopt(seq, turn);
  }

  #ask(after: number | null): void {
    const now = this.#clock.now();
    if (now - this.#askedAt < ASK_PAUSE_MS) return; // the next event or sign of life asks again
    this.#askedAt = now;
    this.#say({ type: "missing", after });
  }

  get #isFollowing(): boolean {
    return this.#desk.log.liveTurn !== null && this.#desk.runningTurnId() === undefined;
  }

  /** As long as a turn is live elsewhere: when nothing is heard of it, the store is asked how it stands. */
  watch(): void {
    if (!this.#isFollowing || this.#cancelWatch !== undefined || this.#hasLeft) return;
    const quietAt = Math.max(this.#heardAt, this.#readAt) + QUIET_LIMIT_MS;
    this.#cancelWatch = this.#clock.after(Math.max(0, quietAt - this.#clock.now()), () => {
      void this.#readIfQuiet().then(() => {
        this.#cancelWatch = undefined;
        this.watch();
      });
    });
  }

  async #readIfQuiet(): Promise<void> {
    const now = this.#clock.now();
    if (!this.#isFollowing || now - this.#heardAt < QUIET_LIMIT_MS) return;
    this.#readAt = now;
    await this.#desk.readStore();
  }

  /**
   * Has the turn stopped by whoever answers it.
   * @throws FORBIDDEN, or INTERRUPTED (retryable) when nobody says that it has stopped
   */
  async stop(wish: StopWish): Promise<void> {
    const id = randomUUID();
    let settle: (code: ErrorCode | null) => void = () => undefined;
    const verdict = new Promise<ErrorCode | null>((resolve) => (settle = resolve));
    this.#verdicts.set(id, settle);
    let cancel: () => void = () => undefined;
    const ask = (attempt: number) => {
      if (attempt > STOP_ATTEMPTS) {
        settle("INTERRUPTED");
        return;
      }
      this.#say({ type: "stop", id, ...wish });
      cancel = this.#clock.after(STOP_PAUSE_MS, () => ask(attempt + 1));
    };
    ask(1);
    const code = await verdict;
    cancel();
    this.#verdicts.delete(id);
    if (code === "INTERRUPTED") throw appError(code, "It could not be stopped. Please try again.");
    if (code !== null) throw appError(code, "Only who asked, or a teacher, can stop this.");
  }

  #judge({ id, type: _, ...wish }: Extract<TurnRelayFrame, { type: "stop" }>): void {
    const { lastTurn } = this.#desk.log;
    if (this.#desk.runningTurnId() === wish.turnId) {
      this.#say({ type: "verdict", id, code: this.#desk.stopHere(wish) ?? null });
    } else if (lastTurn?.turnId === wish.turnId && hasEnded(lastTurn)) {
      this.#say({ type: "verdict", id, code: null });
    }
  }

  /** Leaves no timer behind. */
  leave(): void {
    this.#hasLeft = true;
    this.#cancelAlive?.();
    this.#cancelWatch?.();
    for (const settle of this.#verdicts.values()) settle("INTERRUPTED");
    this.#channel.leave();
  }
}
