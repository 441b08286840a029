/** A TurnStore in memory that keeps the rules of convex/turns/run, and can be told to fail. */
import { appError } from "../../convex/contract/errors.ts";
import {
  unpackChunk,
  type SequencedEvent,
  type TurnChunk,
} from "../../convex/contract/tutorEvents.ts";
import type {
  FinishedTurn,
  FoundPassage,
  TurnContext,
  TurnStore,
  TutorSettings,
} from "../../src/tutor/turnStore.ts";

export interface StoredTurn {
  turnId: string;
  number: number;
  clientMessageId: string;
  question: string;
  answer: string;
  endSeq: number;
  companionId: string | undefined; // of the lease; undefined once ended
  finished: FinishedTurn | undefined;
}

export interface MemoryTurnStore extends TurnStore {
  turns: StoredTurn[];
  saved: SequencedEvent[];
  renewals: number;
  passages: FoundPassage[];
  context: TurnContext;
  tutor: TutorSettings;
  /** Thrown by the next calls of that name, until it is undefined again. */
  failure: Partial<Record<"begin" | "append" | "finish" | "renew" | "search", Error | undefined>>;
}

export const EMPTY_CONTEXT: TurnContext = {
  history: [],
  focus: null,
  documents: [],
  interactionMode: "chat_and_whiteboard",
};

export function createMemoryTurnStore(): MemoryTurnStore {
  function enter(name: keyof MemoryTurnStore["failure"]): void {
    const failure = store.failure[name];
    if (failure !== undefined) throw failure;
  }
  function held(turnId: string, companionId: string): StoredTurn {
    const turn = store.turns.find((t) => t.turnId === turnId);
    if (turn?.companionId !== companionId) throw appError("INTERRUPTED");
    return turn;
  }
  function save(turn: StoredTurn, chunk: TurnChunk): void {
    if (chunk.endSeq <= turn.endSeq) return;
    const fits = chunk.startSeq === turn.endSeq && chunk.start === turn.answer.length;
    if (!fits) throw appError("CONFLICT", "This batch does not follow what was saved.");
    turn.answer += chunk.text;
    turn.endSeq = chunk.endSeq;
    store.saved.push(...unpackChunk(chunk, turn.turnId));
  }
  const lastSeq = () => (store.turns.at(-1)?.endSeq ?? 1) - 1;
  /* eslint-disable @typescript-eslint/require-await -- async, so that what they throw rejects */
  const store: MemoryTurnStore = {
    turns: [],
    saved: [],
    renewals: 0,
    passages: [],
    context: EMPTY_CONTEXT,
    tutor: { model: null, temperature: 0.5, maxOutputTokens: 500, isEnabled: true },
    failure: {},
    async begin({ clientMessageId, question, companionId }) {
      enter("begin");
      const known = store.turns.find((t) => t.clientMessageId === clientMessageId);
      const { context } = store;
      if (known !== undefined) {
        const { turnId, number, endSeq: nextSeq } = known;
        return { turnId, number, isNew: false, nextSeq, context };
      }
      if (store.turns.at(-1)?.companionId !== undefined) throw appError("CONFLICT");
      const number = store.turns.length + 1;
      const nextSeq = lastSeq() + 1;
      const [turnId, answer, finished] = [`turn-${number}`, "", undefined];
      const turn = { turnId, number, clientMessageId, question, answer, companionId, finished };
      store.turns.push({ ...turn, endSeq: nextSeq });
      return { turnId, number, isNew: true, nextSeq, context };
    },
    async append({ turnId, companionId, chunk }) {
      enter("append");
      save(held(turnId, companionId), chunk);
    },
    async finish(finished) {
      enter("finish");
      const turn = held(finished.turnId, finished.companionId);
      save(turn, finished.chunk);
      Object.assign(turn, { finished, companionId: undefined });
    },
    async renew({ turnId, companionId }) {
      enter("renew");
      held(turnId, companionId);
      store.renewals++;
    },
    async recover(companionId) {
      const orphans = store.turns.filter((turn) => turn.companionId === companionId);
      for (const turn of orphans) {
        const seq = turn.endSeq + 10_000;
        const event = {
          type: "turnFailed",
          code: "INTERRUPTED",
          message: "",
          retryable: true,
        } as const;
        store.saved.push({ seq, at: 0, turnId: turn.turnId, event });
        Object.assign(turn, { companionId: undefined, endSeq: seq + 1 });
      }
      return orphans.length;
    },
    async events({ afterSeq }) {
      const events = store.saved.filter(({ seq }) => afterSeq !== null && seq > afterSeq);
      return { lastSeq: lastSeq(), events };
    },
    async search({ limit }) {
      enter("search");
      return store.passages.slice(0, limit);
    },
    settings: () => Promise.resolve(store.tutor),
  };
  return store;
}
