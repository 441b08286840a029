/** Turns, what they are answered from and how the tutor is set, kept by convex/{turns,documents,agents}. */
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { unpackChunk } from "../../convex/contract/tutorEvents.ts";
import type { SequencedEvent } from "../../convex/contract/tutorEvents.ts";
import type { TurnContext, TurnStore } from "../tutor/turnStore.ts";
import type { ConvexConnection } from "./convexConnection.ts";

type StoredContext = (typeof api.turns.run.begin)["_returnType"]["context"];

export function createConvexTurnStore(convex: ConvexConnection): TurnStore {
  const { run } = api.turns;
  return {
    async begin({ sessionId, userId, ...question }) {
      const begun = await convex.mutation(run.begin, {
        ...question,
        sessionId: sessionId as Id<"sessions">,
        userId: userId as Id<"users">,
      });
      return { ...begun, context: asTurnContext(begun.context) };
    },
    async append({ turnId, companionId, phase, chunk }) {
      const turn = { turnId: turnId as Id<"turns">, companionId };
      await convex.mutation(run.append, { ...turn, ...chunk, state: phase });
    },
    async finish({ turnId, outcome, ...turn }) {
      await convex.mutation(run.finish, {
        ...turn,
        turnId: turnId as Id<"turns">,
        outcome:
          outcome.kind === "cancelled" ? { ...outcome, by: outcome.by as Id<"users"> } : outcome,
      });
    },
    async renew({ turnId, companionId }) {
      await convex.mutation(run.renew, { turnId: turnId as Id<"turns">, companionId });
    },
    recover: (companionId) => convex.mutation(run.recover, { companionId }),
    events: ({ sessionId, afterSeq }) => readEvents(convex, sessionId as Id<"sessions">, afterSeq),
    search: ({ sessionId, ...query }) =>
      convex.action(api.documents.search.passages, {
        ...query,
        sessionId: sessionId as Id<"sessions">,
      }),
    settings: () => convex.query(api.agents.settings.forTutor, {}),
  };
}

function asTurnContext(context: StoredContext): TurnContext {
  return {
    history: context.history.map(({ question, answer }) => ({ question, answer })),
    focus: context.focus,
    documents: context.analyses.map(({ documentId, documentName, summary, ...found }) => ({
      documentId,
      name: documentName,
      summary,
      concepts: found.keyConcepts,
      terms: found.terms,
    })),
    interactionMode: context.interactionMode,
  };
}

/** All pages of a replay; events up to `afterSeq` that share a row with later ones are left out. */
async function readEvents(
  convex: ConvexConnection,
  sessionId: Id<"sessions">,
  afterSeq: number | null,
): Promise<{ lastSeq: number; events: SequencedEvent[] }> {
  const newest = Number.MAX_SAFE_INTEGER - 1; // nothing follows it: only the sequence's end is told
  const events: SequencedEvent[] = [];
  let from = afterSeq ?? newest;
  for (;;) {
    const page = await convex.query(api.turns.run.events, { sessionId, afterSeq: from });
    for (const { turnId, ...chunk } of page.chunks) {
      events.push(...unpackChunk(chunk, turnId).filter(({ seq }) => seq > from));
      from = Math.max(from, chunk.endSeq - 1);
    }
    if (page.isDone) return { lastSeq: page.lastSeq, events };
  }
}
