/**
 * One conversation out of three sources: what Convex has stored (all turns, live ones with a prefix),
 * what the socket has told of the turn that is live, and what this page has asked but the server has
 * not yet taken. Pure. The fullest account of a turn wins; an ending that is stored is final.
 */
import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api.js";
import { hasEnded, type FoldedTurn } from "../../../convex/contract/tutorEvents.ts";
import type { PendingAsk } from "./tutorLink.ts";

export type StoredTurn = FunctionReturnType<typeof api.turns.history.list>["page"][number];

export interface ShownCitation {
  passageId: string;
  documentId: string;
  page: number;
  quote: string;
  /** The document was removed since. */
  isGone: boolean;
}

export type ExchangePhase =
  | { kind: "sending" } // not taken by the server yet
  | { kind: "thinking" }
  | { kind: "speaking" }
  | { kind: "usingTool"; label: string }
  | { kind: "done" }
  | { kind: "cancelled"; by: string }
  | { kind: "failed"; message: string; isInterrupted: boolean };

export interface Exchange {
  /** The client's message id: the same before and after the server has taken the question. */
  key: string;
  turnId: string | undefined;
  authorId: string;
  authorName: string;
  question: string;
  answer: string;
  citations: readonly ShownCitation[];
  phase: ExchangePhase;
  madeBy: string | undefined;
  drawnObjectIds: readonly string[];
}

export interface Sources {
  /** Newest first, as Convex pages them. */
  stored: readonly StoredTurn[];
  live: FoldedTurn | null;
  pending: readonly PendingAsk[];
  me: { userId: string; name: string };
}

/** Oldest first. */
export function exchangesOf({ stored, live, pending, me }: Sources): Exchange[] {
  const exchanges = stored.map(fromStored).reverse();
  if (live) {
    const index = exchanges.findIndex(({ turnId }) => turnId === live.turnId);
    const known = exchanges[index];
    if (!known) exchanges.push(fromLive(live));
    else exchanges[index] = fuller(known, fromLive(live), hasEnded(live));
  }
  const taken = new Set(exchanges.map(({ key }) => key));
  const waiting = pending.filter(({ id }) => !taken.has(id));
  return [...exchanges, ...waiting.map((ask) => fromPending(ask, me))];
}

/** Whether the tutor is at work on it. */
export function isLive({ phase }: Exchange): boolean {
  return phase.kind === "thinking" || phase.kind === "speaking" || phase.kind === "usingTool";
}

function fuller(stored: Exchange, live: Exchange, hasLiveEnded: boolean): Exchange {
  const { drawnObjectIds } = live;
  if (!isLive(stored)) return { ...stored, drawnObjectIds };
  const { madeBy } = stored;
  if (hasLiveEnded || live.answer.length >= stored.answer.length) return { ...live, madeBy };
  return { ...stored, drawnObjectIds };
}

function fromStored(turn: StoredTurn): Exchange {
  return {
    key: turn.clientMessageId,
    turnId: turn.turnId,
    authorId: turn.authorId,
    authorName: turn.authorName,
    question: turn.question,
    answer: turn.answer,
    citations: turn.citations,
    phase: storedPhase(turn.state),
    madeBy: turn.madeBy,
    drawnObjectIds: [],
  };
}

function storedPhase(state: StoredTurn["state"]): ExchangePhase {
  switch (state.kind) {
    case "usingTool":
      return { kind: "usingTool", label: state.tool };
    case "cancelled":
      return { kind: "cancelled", by: state.by };
    case "failed":
      return failed(state);
    case "thinking":
    case "speaking":
    case "done":
      return { kind: state.kind };
  }
}

function fromLive(turn: FoldedTurn): Exchange {
  const { phase } = turn;
  return {
    key: turn.clientMessageId,
    turnId: turn.turnId,
    authorId: turn.authorId,
    authorName: turn.authorName,
    question: turn.question,
    answer: turn.text,
    citations: turn.citations.map((citation) => ({ ...citation, isGone: false })),
    phase: phase.kind === "failed" ? failed(phase) : phase,
    madeBy: undefined,
    drawnObjectIds: turn.drawnObjectIds,
  };
}

function failed({ code, message }: { code: string; message: string }): ExchangePhase {
  return { kind: "failed", message, isInterrupted: code === "INTERRUPTED" };
}

function fromPending({ id, text }: PendingAsk, me: Sources["me"]): Exchange {
  return {
    key: id,
    turnId: undefined,
    authorId: me.userId,
    authorName: me.name,
    question: text,
    answer: "",
    citations: [],
    phase: { kind: "sending" },
    madeBy: undefined,
    drawnObjectIds: [],
  };
}
