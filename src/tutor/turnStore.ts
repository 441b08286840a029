/**
 * What the tutor room asks of the durable truth, by role. Implemented by the backend over turns/run,
 * documents/search and agents/settings. Errors carry a code (contract/errors.ts).
 */
import type { ErrorCode } from "../../convex/contract/errors.ts";
import type {
  AnswerCitation,
  SequencedEvent,
  TurnChunk,
} from "../../convex/contract/tutorEvents.ts";

/** A passage of one of the session's documents, as found for a question. */
export interface FoundPassage {
  passageId: string;
  documentId: string;
  documentName: string;
  page: number;
  heading?: string | undefined;
  text: string;
  score: number; // higher fits better; comparable within one search only
}

/** What a tutor knows of the session when a question comes. */
export interface TurnContext {
  /** The turns before this one, oldest first, bounded by the store. */
  history: { question: string; answer: string }[];
  /** The objective the plan is at; null = no plan yet. */
  focus: { title: string; why: string } | null;
  documents: {
    documentId: string;
    name: string;
    summary: string;
    concepts: { name: string; explanation: string; pages: number[] }[];
    terms: { term: string; definition: string; page: number }[];
  }[];
  interactionMode: "chat_only" | "chat_and_whiteboard";
}

export interface BegunTurn {
  turnId: string;
  number: number; // from 1, without gaps
  /** False: this clientMessageId was accepted before, and its turn is not to be run again. */
  isNew: boolean;
  /** The number that the turn's first event takes. */
  nextSeq: number;
  context: TurnContext;
}

export type LivePhase =
  { kind: "thinking" } | { kind: "speaking" } | { kind: "usingTool"; tool: string };

export type TurnOutcome =
  | { kind: "done" }
  | { kind: "cancelled"; by: string }
  | { kind: "failed"; code: ErrorCode; message: string };

export interface FinishedTurn {
  turnId: string;
  companionId: string;
  outcome: TurnOutcome;
  /** The last events, the terminal one included: saved in the same transaction as the outcome. */
  chunk: TurnChunk;
  citations: AnswerCitation[];
  droppedCitations: number;
  madeBy: string; // "extractive" or the model's name
  usage: { inputTokens: number; outputTokens: number; durationMs: number };
}

export interface TutorSettings {
  /** Null = the configured model. */
  model: string | null;
  temperature: number;
  maxOutputTokens: number;
  /** False: the extractive tutor answers even where a model is configured. */
  isEnabled: boolean;
}

export interface TurnStore {
  /**
   * Writes the question and takes the lease. The same clientMessageId gives the same turn.
   * @throws CONFLICT while another turn of the session is live; SESSION_ENDED; NOT_FOUND; FORBIDDEN.
   */
  begin(question: {
    sessionId: string;
    userId: string;
    clientMessageId: string;
    question: string;
    companionId: string;
  }): Promise<BegunTurn>;
  /** Repeating a chunk changes nothing. @throws INTERRUPTED when the lease is no longer this companion's. */
  append(batch: {
    turnId: string;
    companionId: string;
    phase: LivePhase;
    chunk: TurnChunk;
  }): Promise<void>;
  /** Ends the turn; repeating it changes nothing. @throws INTERRUPTED when others ended it. */
  finish(turn: FinishedTurn): Promise<void>;
  /** Keeps the lease for another TURN_LEASE_MS. @throws INTERRUPTED when it is lost. */
  renew(lease: { turnId: string; companionId: string }): Promise<void>;
  /** Ends the turns that this companion left behind when it died, as INTERRUPTED. Returns how many. */
  recover(companionId: string): Promise<number>;
  /**
   * The saved events with a number above `afterSeq`, in order, as far as they are still kept, and
   * where the sequence stands. `afterSeq` null asks for the latter alone.
   */
  events(query: {
    sessionId: string;
    afterSeq: number | null;
  }): Promise<{ lastSeq: number; events: SequencedEvent[] }>;
  /** The passages that fit the question best, best first, at most `limit`. */
  search(query: { sessionId: string; question: string; limit: number }): Promise<FoundPassage[]>;
  /** How the tutor is set right now. */
  settings(): Promise<TutorSettings>;
}
