/** Rows that several tests put straight into a session, since what makes them in life is a long way. */
import type { Id } from "./_generated/dataModel.js";
import type { Deployment } from "./test.setup.ts";

/** What a test's `t.run` gives. */
type Inside = Parameters<Parameters<Deployment["run"]>[0]>[0];

interface Owner {
  sessionId: Id<"sessions">;
  userId: Id<"users">;
}

/** A document of one page for each text, of which there is at least one, with one passage a page. */
export async function insertReadyDocument(
  { db, storage }: Inside,
  { sessionId, userId }: Owner,
  texts: readonly string[] = ["x"],
) {
  const storageId = await storage.store(new Blob(["x"]));
  const documentId = await db.insert("documents", {
    sessionId,
    uploadedBy: userId,
    name: "a.txt",
    mediaType: "text/plain",
    sizeBytes: 1,
    sha256: "",
    storageId,
    state: { kind: "ready" },
  });
  const passageIds: Id<"passages">[] = [];
  for (const [ordinal, text] of texts.entries()) {
    const page = ordinal + 1;
    await db.insert("pages", { documentId, page, text });
    const place = { documentId, sessionId, ordinal, page, start: 0, end: text.length };
    const words = { isProse: true, text, searchText: text };
    passageIds.push(await db.insert("passages", { ...place, ...words }));
  }
  return { storageId, documentId, passageIds: passageIds as [Id<"passages">, ...Id<"passages">[]] };
}

/** A quiz of one question that "x" answers. */
export async function insertQuiz(
  { db }: Inside,
  sessionId: Id<"sessions">,
  from: { documentId: Id<"documents">; passageId: Id<"passages"> },
) {
  const state = { kind: "ready" as const, questionCount: 1 };
  const madeBy = "extractive";
  const quizId = await db.insert("quizzes", { sessionId, title: "Q", state, madeBy });
  const questionId = await db.insert("questions", {
    quizId,
    ordinal: 0,
    prompt: "?",
    kind: { kind: "short" },
    answerKey: { kind: "short", accepted: ["x"] },
    explanation: "",
    concept: "x",
    ...from,
    page: 1,
  });
  return { quizId, questionId };
}
