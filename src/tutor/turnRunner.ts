/**
 * Runs one turn from the accepted question to its end: drives the tutor, numbers what happens, tells
 * the sockets at once and the store in batches, keeps the lease, and ends honestly whatever breaks
 * (rules TU1-TU4, TU7, TU8). Knows no sockets: `publish` is handed in. The end is told only after the
 * store has it.
 */
import { appErrorDataOf, ERRORS, type ErrorCode } from "../../convex/contract/errors.ts";
import { MAX_ANSWER_CHARS, TURN_LEASE_MS } from "../../convex/contract/limits.ts";
import type {
  AnswerCitation,
  SequencedEvent,
  TutorEvent,
} from "../../convex/contract/tutorEvents.ts";
import { appError } from "../../convex/contract/errors.ts";
import { sleep, type Clock } from "../util/clock.ts";
import type { Logger } from "../util/logger.ts";
import type { BoardPort } from "./boardPort.ts";
import { ChunkWriter, isFinalStoreError } from "./chunkWriter.ts";
import type { EventLog } from "./eventLog.ts";
import type { Tutor, TutorOutput, TutorRequest } from "./tutor.ts";
import { isTurnOver, nextTurnState, type TurnInput, type TurnState } from "./turnState.ts";
import { createTurnTools, type TellUse } from "./turnTools.ts";
import type {
  BegunTurn,
  FinishedTurn,
  TurnOutcome,
  TurnStore,
  TutorSettings,
} from "./turnStore.ts";

const RENEW_EVERY_MS = TURN_LEASE_MS / 3;
/** A tutor that says nothing for this long is taken for dead. */
const SILENCE_LIMIT_MS = 90_000;
const FINISH_ATTEMPTS = 6;
const FINISH_PAUSE_MS = 500;

export interface TurnRunnerDeps {
  store: TurnStore;
  board: BoardPort;
  tutor: Tutor;
  settings: TutorSettings;
  clock: Clock;
  logger: Logger;
  companionId: string;
  random: () => number;
  log: EventLog;
  publish: (event: SequencedEvent) => void;
}

export interface Question {
  sessionId: string;
  authorId: string;
  authorName: string;
  clientMessageId: string;
  text: string;
  boardSelection: string[];
}

/** How a turn ended for this companion; `lost`: the store says that it is another's by now. */
export type TurnEnd = TurnOutcome["kind"] | "lost";

export class TurnRunner {
  readonly #deps: TurnRunnerDeps;
  readonly #turn: BegunTurn;
  readonly #question: Question;
  readonly #abort = new AbortController();
  readonly #writer: ChunkWriter;
  #state: TurnState = "idle";
  #answerLength = 0;
  #ending: TurnOutcome | undefined;
  #isLost = false;
  #tool = "";
  #citations: AnswerCitation[] = [];
  #usage = { inputTokens: 0, outputTokens: 0 };
  #cancelTimers: (() => void)[] = [];
  #lastSignAt: number;
  droppedCitations = 0;

  constructor(turn: BegunTurn, question: Question, deps: TurnRunnerDeps) {
    this.#deps = deps;
    this.#turn = turn;
    this.#question = question;
    this.#lastSignAt = deps.clock.now();
    this.#writer = new ChunkWriter({
      write: (chunk) => deps.store.append({ ...this.#lease(), phase: this.#phase(), chunk }),
      clock: deps.clock,
      random: deps.random,
      onLost: (err) => this.#lose(err),
      onError: (err) => deps.logger.warn({ err }, "an answer could not be saved; will try again"),
    });
  }

  get turnId(): string {
    return this.#turn.turnId;
  }

  #lease() {
    return { turnId: this.#turn.turnId, companionId: this.#deps.companionId };
  }

  #phase() {
    if (this.#state === "usingTool") return { kind: "usingTool" as const, tool: this.#tool };
    return { kind: this.#state === "speaking" ? ("speaking" as const) : ("thinking" as const) };
  }

  /** A person's wish; takes effect at once, whatever the tutor is doing. */
  stop(userId: string): void {
    this.#end({ kind: "cancelled", by: userId }, "stopped");
  }

  /** This server is going down: the turn ends as INTERRUPTED, with what was said. */
  interrupt(): void {
    this.#fail("INTERRUPTED", ERRORS.INTERRUPTED.sentence);
  }

  /** Resolves when the turn has ended and the store knows, or will never know. Never rejects. */
  async run(): Promise<TurnEnd> {
    const startedAt = this.#deps.clock.now();
    const { authorId, authorName, text, clientMessageId } = this.#question;
    const started = { number: this.#turn.number, authorId, authorName, question: text };
    this.#step("begun");
    this.#tell({ type: "turnStarted", ...started, clientMessageId });
    this.#tell({ type: "thinking" });
    this.#watchTime();
    try {
      await this.#listen();
      this.#end({ kind: "done" }, "completed");
    } catch (error) {
      this.#failFrom(error);
    }
    for (const cancel of this.#cancelTimers) cancel();
    if (this.#isLost) return "lost";
    this.#deps.board.turnEnded(this.#question.sessionId, this.turnId);
    return await this.#finish(startedAt);
  }

  async #listen(): Promise<void> {
    const { signal } = this.#abort;
    const answer = this.#deps.tutor.answer(await this.#request(), signal);
    for await (const output of answer) {
      this.#lastSignAt = this.#deps.clock.now();
      if (isTurnOver(this.#state)) return;
      this.#take(output);
    }
  }

  async #request(): Promise<TutorRequest> {
    const { store, board, settings } = this.#deps;
    const { sessionId, text, boardSelection } = this.#question;
    return {
      question: text,
      boardSelection,
      context: this.#turn.context,
      settings,
      search: (question, limit) => store.search({ sessionId, question, limit }),
      board: await board.view(sessionId),
      ...createTurnTools(board, sessionId, this.#tellUse),
    };
  }

  #take(output: TutorOutput): void {
    switch (output.type) {
      case "text":
        this.#say(output.text);
        break;
      case "citations":
        this.#citations = output.citations;
        this.droppedCitations = output.dropped;
        this.#tell({ type: "citations", citations: output.citations });
        break;
      case "usage":
        this.#usage.inputTokens += output.inputTokens;
        this.#usage.outputTokens += output.outputTokens;
    }
  }

  #say(text: string): void {
    const room = MAX_ANSWER_CHARS - this.#answerLength;
    const part = text.slice(0, room);
    if (part === "") return;
    this.#step("textCame");
    const start = this.#answerLength;
    this.#answerLength += part.length;
    this.#tell({ type: "delta", start, end: this.#answerLength, text: part });
    if (part.length < text.length) throw appError("LIMIT_EXCEEDED", "The answer became too long.");
  }

  readonly #tellUse: TellUse = async (tool, use, touchedBy) => {
    if (isTurnOver(this.#state)) throw appError("INVALID_INPUT", "The turn is over.");
    this.#tool = tool.name;
    this.#step("toolCalled");
    this.#tell({ type: "toolStarted", tool: tool.name, label: tool.label });
    let objectIds: string[] = [];
    let ok = false;
    try {
      const result = await use();
      objectIds = touchedBy(result);
      ok = true;
      return result;
    } finally {
      if (!isTurnOver(this.#state)) {
        this.#step("toolReturned");
        this.#tell({ type: "toolEnded", tool: tool.name, ok, objectIds });
      }
      this.#lastSignAt = this.#deps.clock.now();
    }
  };

  #step(input: TurnInput): void {
    this.#state = nextTurnState(this.#state, input);
  }

  #tell(event: TutorEvent): void {
    const sequenced = this.#deps.log.append(this.turnId, event, this.#deps.clock.now());
    this.#writer.add(sequenced);
    this.#deps.publish(sequenced);
  }

  #end(outcome: TurnOutcome, input: "completed" | "stopped" | "broke"): void {
    if (isTurnOver(this.#state)) return;
    this.#step(input);
    this.#ending = outcome;
    this.#abort.abort(new Error("the turn is over"));
  }

  #fail(code: ErrorCode, message: string): void {
    this.#end({ kind: "failed", code, message }, "broke");
  }

  #failFrom(error: unknown): void {
    const data = appErrorDataOf(error);
    if (data !== undefined) {
      this.#fail(data.code, data.message);
      return;
    }
    if (!isTurnOver(this.#state)) this.#deps.logger.error({ err: error }, "a turn failed");
    this.#fail("INTERNAL", ERRORS.INTERNAL.sentence);
  }

  /** The store gave the turn to others: nothing more may be said in its name. */
  #lose(err: unknown): void {
    this.#deps.logger.warn({ err, turnId: this.turnId }, "a turn was lost to the store");
    this.#isLost = true;
    this.#fail("INTERRUPTED", ERRORS.INTERRUPTED.sentence);
  }

  #watchTime(): void {
    const { clock, store } = this.#deps;
    const renew = () => {
      if (clock.now() - this.#lastSignAt > SILENCE_LIMIT_MS) {
        this.#fail("MODEL_UNAVAILABLE", "The tutor stopped answering. Please ask again.");
        return;
      }
      store.renew(this.#lease()).catch((error: unknown) => {
        if (isFinalStoreError(error)) this.#lose(error);
        else this.#deps.logger.warn({ err: error }, "a lease could not be renewed");
      });
      this.#cancelTimers = [clock.after(RENEW_EVERY_MS, renew)];
    };
    this.#cancelTimers = [clock.after(RENEW_EVERY_MS, renew)];
  }

  /** Saves the end, then tells it. */
  async #finish(startedAt: number): Promise<TurnEnd> {
    const outcome = this.#ending ?? { kind: "done" };
    const { clock, settings, tutor } = this.#deps;
    const at = clock.now();
    const terminal = {
      seq: this.#deps.log.lastSeq + 1,
      at,
      turnId: this.turnId,
      event: eventOf(outcome),
    };
    const chunk = await this.#writer.close(terminal);
    if (this.#isLost) return "lost";
    const isSaved = await this.#save({
      ...this.#lease(),
      outcome,
      chunk,
      citations: this.#citations,
      droppedCitations: this.droppedCitations,
      madeBy: tutor.madeBy(settings),
      usage: { ...this.#usage, durationMs: at - startedAt },
    });
    if (!isSaved) return "lost";
    this.#deps.publish(this.#deps.log.append(this.turnId, terminal.event, at));
    return outcome.kind;
  }

  /** False when the store did not take it; its lease will then run out and end the turn. */
  async #save(finished: FinishedTurn): Promise<boolean> {
    for (let attempt = 1; attempt <= FINISH_ATTEMPTS; attempt++) {
      try {
        await this.#deps.store.finish(finished);
        return true;
      } catch (err) {
        this.#deps.logger.warn({ err, turnId: this.turnId }, "a turn's end could not be saved");
        if (isFinalStoreError(err)) return false;
        if (attempt < FINISH_ATTEMPTS) await sleep(this.#deps.clock, FINISH_PAUSE_MS * attempt);
      }
    }
    return false;
  }
}

function eventOf(outcome: TurnOutcome): TutorEvent {
  switch (outcome.kind) {
    case "done":
      return { type: "turnDone" };
    case "cancelled":
      return { type: "turnCancelled", by: outcome.by };
    case "failed": {
      const { code, message } = outcome;
      return { type: "turnFailed", code, message, retryable: ERRORS[code].isRetryable };
    }
  }
}
