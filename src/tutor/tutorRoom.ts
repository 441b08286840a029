/**
 * One session's conversation: who is connected, which turn is live, and what each socket has yet to be
 * told. One turn is live at a time; whoever asks meanwhile is refused with CONFLICT rather than queued,
 * because what is accepted must be written, and only the turn that runs is (rule TU3).
 */
import { appError, type ErrorCode } from "../../convex/contract/errors.ts";
import {
  hasEnded,
  type ClientFrame,
  type FoldedTurn,
  type SequencedEvent,
} from "../../convex/contract/tutorEvents.ts";
import type { GatewaySocket } from "../protocol/gatewaySocket.ts";
import type { PrincipalWatch } from "../protocol/principal.ts";
import { encodeFrame } from "../protocol/tutorFrames.ts";
import type { Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { BoardPort } from "./boardPort.ts";
import { EventLog, joinEvents } from "./eventLog.ts";
import type { Tutor } from "./tutor.ts";
import { TutorConnection, type TutorDesk } from "./tutorConnection.ts";
import { TurnPeers, type TurnPeersDesk } from "./turnPeers.ts";
import type { TurnRelay } from "./turnRelay.ts";
import type { StopWish } from "./turnRelayFrames.ts";
import { TurnRunner, type Question, type TurnEnd } from "./turnRunner.ts";
import type { TurnStore, TutorSettings } from "./turnStore.ts";

const MAX_CONNECTIONS = 2_000;
/** Answers given to client messages, so that a repeated one gets the same. */
const MAX_REMEMBERED_MESSAGES = 500;

type Frame<Type extends ClientFrame["type"]> = Extract<ClientFrame, { type: Type }>;

export interface TutorRoomDeps {
  sessionId: string;
  store: TurnStore;
  /** Undefined: no other companion answers this session. */
  relay: TurnRelay | undefined;
  board: BoardPort;
  /** The tutor that answers under the settings of the moment. */
  chooseTutor: (settings: TutorSettings) => Tutor;
  /** How the tutor presents itself in `welcome`. */
  model: { kind: "extractive" | "model"; name: string };
  clock: Clock;
  logger: Logger;
  companionId: string;
  random: () => number;
  onTurnEnd: (end: TurnEnd, droppedCitations: number) => void;
  /** Nobody is connected and no turn is live any more. */
  onIdle: () => void;
}

export class TutorRoom implements TutorDesk, TurnPeersDesk {
  readonly log = new EventLog();
  readonly #deps: TutorRoomDeps;
  readonly #peers: TurnPeers | undefined;
  readonly #connections = new Set<TutorConnection>();
  /** By user and client message id; holds the turn's id, or undefined for messages without one. */
  readonly #accepted = new Map<string, Promise<string | undefined>>();
  #live: { runner: TurnRunner; ended: Promise<void> } | undefined;
  #isBeginning = false;

  constructor(deps: TutorRoomDeps) {
    this.#deps = deps;
    const { relay, sessionId, clock } = deps;
    if (relay !== undefined) this.#peers = new TurnPeers({ relay, sessionId, desk: this, clock });
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get hasLiveTurn(): boolean {
    return this.#live !== undefined || this.#isBeginning;
  }

  join(socket: GatewaySocket, watch: PrincipalWatch): void {
    if (this.#connections.size >= MAX_CONNECTIONS) {
      socket.close("overloaded");
      return;
    }
    const connection = new TutorConnection({ socket, watch, desk: this, clock: this.#deps.clock });
    this.#connections.add(connection);
    connection.listen();
  }

  leave(connection: TutorConnection): void {
    this.#connections.delete(connection);
    this.#considerIdle();
  }

  #considerIdle(): void {
    if (this.#connections.size === 0 && !this.hasLiveTurn) this.#deps.onIdle();
  }

  receive(connection: TutorConnection, frame: ClientFrame): void {
    const handlers = {
      resume: (f: Frame<"resume">) => (connection.resumed = this.#resume(connection, f)),
      ask: (f: Frame<"ask">) => this.#ask(connection, f),
      stop: (f: Frame<"stop">) => this.#stop(connection, f),
      ping: () => connection.send({ type: "pong" }),
    } satisfies { [Type in ClientFrame["type"]]: (frame: Frame<Type>) => unknown };
    if (frame.type === "ping") handlers.ping();
    else if (frame.type === "resume") void handlers.resume(frame);
    else if (connection.resumed === undefined) connection.close("badFrame");
    else {
      // What is asked in the same breath as the resume waits until that is answered.
      void connection.resumed.then(() =>
        frame.type === "ask" ? handlers.ask(frame) : handlers.stop(frame),
      );
    }
  }

  /** Brings a socket up to date, then lets it follow; both in one go, so that nothing falls between. */
  async #resume(connection: TutorConnection, { id, after }: Frame<"resume">): Promise<void> {
    connection.isFollowing = false;
    try {
      const missed = await this.#missedSince(after);
      const { model, sessionId } = this.#deps;
      connection.send({ type: "welcome", sessionId, seq: this.log.lastSeq, model });
      if (missed === undefined) {
        connection.send({ type: "reset", seq: this.log.lastSeq, turn: this.log.liveTurn });
      } else {
        for (const event of missed) connection.send({ type: "event", ...event });
      }
      connection.isFollowing = true;
    } catch (error) {
      if (!connection.refuseFor(id, error)) {
        this.#deps.logger.warn({ err: error }, "a client could not resume");
      }
      connection.close("resync");
    }
  }

  /** Undefined = it cannot be told; the socket must start from the live turn. */
  async #missedSince(after: number | null): Promise<SequencedEvent[] | undefined> {
    const { store, sessionId } = this.#deps;
    const remembered = after === null ? undefined : this.log.since(after);
    if (this.#live !== undefined && remembered !== undefined) return remembered;
    if (this.#live !== undefined && after === null) return undefined; // reset shows the live turn
    const { lastSeq, events } = await store.events({ sessionId, afterSeq: after });
    // What another companion or a recovery wrote meanwhile; a turn of ours that began is newer.
    if (!this.hasLiveTurn) this.#catchUp(lastSeq, events);
    if (after === null) return this.log.liveTurn === null ? [] : undefined;
    return joinEvents(after, events, this.log);
  }

  /** Takes what the store has and was not heard. Returns whether some of it could not be told in order. */
  #catchUp(lastSeq: number, events: readonly SequencedEvent[]): boolean {
    for (const event of events) if (event.seq === this.log.lastSeq + 1) this.follow(event);
    this.#peers?.watch();
    if (lastSeq <= this.log.lastSeq) return false;
    this.log.startFrom(lastSeq);
    return true;
  }

  runningTurnId(): string | undefined {
    return this.#live?.runner.turnId;
  }

  follow(event: SequencedEvent): void {
    this.log.take(event);
    this.#publish(event);
  }

  adopt(seq: number, turn: FoldedTurn): void {
    this.log.adopt(seq, turn);
    this.#sendReset();
  }

  async readStore(): Promise<void> {
    const { store, sessionId, logger } = this.#deps;
    try {
      const { lastSeq, events } = await store.events({ sessionId, afterSeq: this.log.lastSeq });
      if (!this.hasLiveTurn && this.#catchUp(lastSeq, events)) this.#sendReset();
    } catch (err) {
      logger.warn({ err }, "a turn of another companion could not be followed; will try again");
    }
  }

  /** Runs `work` once for each message id of a user; a repeated one gets the first answer. */
  async #once(
    connection: TutorConnection,
    id: string,
    work: () => Promise<string | undefined>,
  ): Promise<void> {
    const key = `${connection.principal().userId} ${id}`;
    let result = this.#accepted.get(key);
    if (result === undefined) {
      result = work();
      this.#accepted.set(key, result);
      const oldest = this.#accepted.keys().next();
      if (this.#accepted.size > MAX_REMEMBERED_MESSAGES && oldest.done !== true) {
        this.#accepted.delete(oldest.value);
      }
    }
    try {
      const turnId = await result;
      connection.send({ type: "accepted", id, ...(turnId === undefined ? {} : { turnId }) });
    } catch (error) {
      this.#accepted.delete(key); // what was refused may be tried again under the same id
      if (!connection.refuseFor(id, error)) {
        this.#deps.logger.error({ err: error }, "a message could not be acted on");
      }
    }
  }

  async #ask(connection: TutorConnection, frame: Frame<"ask">): Promise<void> {
    const { userId, name, role } = connection.principal();
    await this.#once(connection, frame.id, async () => {
      if (role === "observer") throw appError("FORBIDDEN", "Observers can read along, not ask.");
      return await this.#begin({
        sessionId: this.#deps.sessionId,
        authorId: userId,
        authorName: name,
        clientMessageId: frame.id,
        text: frame.text.trim(),
        boardSelection: frame.boardSelection ?? [],
      });
    });
  }

  async #begin(question: Question): Promise<string> {
    if (this.hasLiveTurn) throw appError("CONFLICT", "The tutor is still answering.");
    this.#isBeginning = true;
    try {
      const { store, companionId } = this.#deps;
      const { sessionId, authorId: userId, clientMessageId, text } = question;
      const settings = await store.settings();
      const asked = { sessionId, userId, clientMessageId, question: text, companionId };
      const turn = await store.begin(asked);
      if (!turn.isNew) return turn.turnId;
      this.log.startFrom(turn.nextSeq - 1);
      const tutor = this.#deps.chooseTutor(settings);
      const runner = new TurnRunner(turn, question, {
        ...this.#deps,
        tutor,
        settings,
        log: this.log,
        publish: (event) => {
          this.#publish(event);
          this.#peers?.tell(event);
        },
      });
      this.#live = { runner, ended: Promise.resolve() };
      this.#live.ended = this.#follow(runner);
      return turn.turnId;
    } finally {
      this.#isBeginning = false;
      this.#considerIdle();
    }
  }

  async #follow(runner: TurnRunner): Promise<void> {
    const end = await runner.run();
    this.#live = undefined;
    if (end === "lost") await this.#resetAll();
    this.#deps.onTurnEnd(end, runner.droppedCitations);
    this.#considerIdle();
  }

  /** The store went on without us: everybody starts from what it says. */
  async #resetAll(): Promise<void> {
    const { store, sessionId, logger } = this.#deps;
    try {
      const { lastSeq } = await store.events({ sessionId, afterSeq: null });
      this.log.startFrom(lastSeq);
      this.#sendReset();
    } catch (err) {
      logger.warn({ err }, "clients of a lost turn must come back");
      for (const connection of this.#connections) connection.close("resync");
    }
  }

  #sendReset(): void {
    const text = encodeFrame({ type: "reset", seq: this.log.lastSeq, turn: this.log.liveTurn });
    for (const connection of this.#connections) {
      if (connection.isFollowing) connection.sendText(text);
    }
  }

  #publish(event: SequencedEvent): void {
    const text = encodeFrame({ type: "event", ...event });
    for (const connection of this.#connections) {
      if (connection.isFollowing) connection.sendText(text);
    }
  }

  async #stop(connection: TutorConnection, { id, turnId }: Frame<"stop">): Promise<void> {
    await this.#once(connection, id, async () => {
      const { userId, role } = connection.principal();
      const wish = { turnId, userId, mayStopAny: role === "owner" || role === "teacher" };
      if (this.#live?.runner.turnId === turnId) {
        const code = this.stopHere(wish);
        if (code !== undefined)
          throw appError(code, "Only who asked, or a teacher, can stop this.");
      } else if (!this.#hasEnded(turnId)) await this.#peers?.stop(wish);
      return undefined;
    });
  }

  #hasEnded(turnId: string): boolean {
    const { lastTurn } = this.log;
    return lastTurn?.turnId === turnId && hasEnded(lastTurn);
  }

  stopHere({ userId, mayStopAny }: StopWish): ErrorCode | undefined {
    if (this.log.lastTurn?.authorId !== userId && !mayStopAny) return "FORBIDDEN";
    this.#live?.runner.stop(userId);
    return undefined;
  }

  /** Nobody is connected any more and no turn is live here. */
  close(): void {
    this.#peers?.leave();
  }

  /** Ends the live turn as interrupted, waits until that is saved, and closes all sockets. */
  async drain(): Promise<void> {
    this.#live?.runner.interrupt();
    await this.#live?.ended;
    for (const connection of this.#connections) connection.close("goingAway");
    this.close();
  }
}
