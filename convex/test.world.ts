/** A session that lacks nothing, so that every public function has something to be called on. */
import { api } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import { insertQuiz, insertReadyDocument } from "./test.rows.ts";
import { asService, enter, setupTest, startSession, type Person } from "./test.setup.ts";
import type { VersionCause } from "./whiteboard/tables.ts";

export type World = Awaited<ReturnType<typeof makeWorld>>;

/** What begins a turn of the owner. */
export const turnArgs = ({ sessionId, owner }: { sessionId: Id<"sessions">; owner: Person }) => ({
  sessionId,
  userId: owner.userId,
  clientMessageId: "m9",
  question: "Why?",
  companionId: "c",
});
/** The update that changes nothing: of a board, or a piece of a version of one. */
export const bytes = new Uint8Array([0, 0]).buffer;
/** What writes a version of one piece. */
export const versionArgs = (sessionId: Id<"sessions">, cause: VersionCause) => ({
  sessionId,
  versionKey: cause.kind,
  cause,
  boardSeq: 0,
  objectCount: 0,
  contributions: [],
  index: 0,
  total: 1,
  bytes,
});

/** A session with everyone in it and one of everything. */
export async function makeWorld() {
  const t = setupTest();
  const people = await startSession(t, "teacher", "student", "observer");
  const { sessionId, owner } = people;
  const stranger = await enter(t, "Stranger");
  const invite = { sessionId, role: "student" as const };
  const inviteCode = await owner.client.mutation(api.sessions.participants.invite, invite);
  const turn = { ...turnArgs({ sessionId, owner }), clientMessageId: "m1" };
  const service = asService(t);
  await service.mutation(api.whiteboard.snapshots.append, {
    sessionId,
    token: null,
    updates: [bytes],
  });
  const named = { kind: "named" as const, label: "V", userId: owner.userId };
  const { write } = api.whiteboard.versionStore;
  const versionId = await service.mutation(write, versionArgs(sessionId, named));
  const rows = await t.run(async (ctx) => {
    const { db } = ctx;
    const document = await insertReadyDocument(ctx, { sessionId, userId: owner.userId });
    const { documentId, passageIds } = document;
    const [passageId] = passageIds;
    const madeBy = "extractive";
    const objective = {
      objectiveId: "o1",
      title: "O",
      why: "",
      pages: [],
      state: "pending" as const,
    };
    await db.insert("plans", { sessionId, objectives: [objective], revision: 1, madeBy });
    const quiz = await insertQuiz(ctx, sessionId, { documentId, passageId });
    const jobId = await db.insert("jobs", {
      name: "analyseSession",
      sessionId,
      input: { sessionId },
      idempotencyKey: "k",
      state: { kind: "dead", endedAt: 0, code: "INTERNAL", message: "" },
      attempt: 1,
      progress: { done: 0, total: 0, label: "" },
    });
    return { ...document, ...quiz, passageId, jobId };
  });
  const { turnId } = await service.mutation(api.turns.run.begin, turn);
  return { t, ...people, stranger, inviteCode, turnId, versionId, ...rows };
}
