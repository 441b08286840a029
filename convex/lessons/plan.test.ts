import { expect, it } from "vitest";
import { api, internal } from "../_generated/api.js";
import type { Id } from "../_generated/dataModel.js";
import { MAX_OBJECTIVES } from "../contract/limits.ts";
import { refused, setupTest, startSession, type Deployment } from "../test.setup.ts";

const { get, setFocus, setObjectiveState } = api.lessons.plan;

/** A session, and documents in it whose objectives the planner finds. */
async function startLesson() {
  const t = setupTest();
  const session = await startSession(t, "student", "observer");
  const { sessionId, owner } = session;

  const addDocument = () =>
    t.run(async (ctx) => {
      const storageId = await ctx.storage.store(new Blob(["x"]));
      const file = { name: "a.md", mediaType: "text/markdown", sizeBytes: 1, sha256: "" };
      const state = { kind: "ready" as const };
      const of = { sessionId, uploadedBy: owner.userId };
      return await ctx.db.insert("documents", { ...of, ...file, storageId, state });
    });
  const read = async () => {
    const plan = await owner.client.query(get, { sessionId });
    if (plan === null) throw new Error("there is no plan");
    return plan;
  };
  return {
    ...{ ...session, t, addDocument, read },
    draft: (documentId: Id<"documents">, ...titles: string[]) =>
      draft(t, { sessionId, documentId }, titles),
    states: async () => (await read()).objectives.map(({ title, state }) => `${title} ${state}`),
    idOf: async (title: string) => {
      const found = (await read()).objectives.find((objective) => objective.title === title);
      if (found === undefined) throw new Error(`no objective ${title}`);
      return found.objectiveId;
    },
  };
}

function draft(
  t: Deployment,
  of: { sessionId: Id<"sessions">; documentId: Id<"documents"> },
  titles: string[],
) {
  const objectives = titles.map((title) => ({ title, why: "It comes first.", pages: [1] }));
  return t.mutation(internal.lessons.drafting.save, { ...of, objectives, madeBy: "extractive" });
}

it("[LE1] the first objective is the focus; moving the focus leaves one active", async () => {
  const { sessionId, student, addDocument, draft, read, states, idOf } = await startLesson();
  expect(await student.client.query(get, { sessionId })).toBeNull();
  await draft(await addDocument(), "A", "B", "C");
  expect(await states()).toEqual(["A active", "B pending", "C pending"]);
  expect((await read()).focusObjectiveId).toBe(await idOf("A"));
  await student.client.mutation(setFocus, { sessionId, objectiveId: await idOf("C") });
  expect(await states()).toEqual(["A pending", "B pending", "C active"]);
  expect((await read()).focusObjectiveId).toBe(await idOf("C"));
  const state = "active" as const;
  await student.client.mutation(setObjectiveState, {
    ...{ sessionId, objectiveId: await idOf("B"), state },
  });
  expect(await states()).toEqual(["A pending", "B active", "C pending"]);
  expect((await read()).focusObjectiveId).toBe(await idOf("B"));
});

it("[LE1] an objective that is put off is not the focus again at once, and none need be", async () => {
  const { sessionId, student, addDocument, draft, read, states, idOf } = await startLesson();
  await draft(await addDocument(), "A", "B");
  const objectiveId = await idOf("A");
  await student.client.mutation(setObjectiveState, { sessionId, objectiveId, state: "pending" });
  expect(await states()).toEqual(["A pending", "B pending"]);
  expect((await read()).focusObjectiveId).toBeNull();
});

it("[LE1] observers, strangers and unknown objectives move nothing; nor does anyone after the end", async () => {
  const { sessionId, owner, student, observer, addDocument, draft, read, idOf } =
    await startLesson();
  await draft(await addDocument(), "A", "B");
  const before = await read();
  const objectiveId = await idOf("B");
  const moves = (client: typeof owner.client, id = objectiveId) => [
    client.mutation(setFocus, { sessionId, objectiveId: id }),
    client.mutation(setObjectiveState, { sessionId, objectiveId: id, state: "done" }),
  ];
  const expectRefused = async (calls: Promise<null>[], code: string) => {
    for (const answer of await Promise.allSettled(calls)) {
      expect(answer).toMatchObject({ status: "rejected", reason: refused(code) });
    }
  };
  await expectRefused(moves(observer.client), "FORBIDDEN");
  await expectRefused(moves(student.client, "no such objective"), "NOT_FOUND");
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  await expectRefused(moves(student.client), "SESSION_ENDED");
  expect(await read()).toEqual(before);
});

it("[LE2] when the active objective is done the next pending one is active, to the end", async () => {
  const { sessionId, student, addDocument, draft, read, states, idOf } = await startLesson();
  await draft(await addDocument(), "A", "B", "C");
  const finish = async (title: string) =>
    await student.client.mutation(setObjectiveState, {
      ...{ sessionId, objectiveId: await idOf(title), state: "done" as const },
    });
  await finish("B"); // not the active one: the focus stays
  expect(await states()).toEqual(["A active", "B done", "C pending"]);
  await finish("A");
  expect(await states()).toEqual(["A done", "B done", "C active"]);
  await finish("C");
  expect(await states()).toEqual(["A done", "B done", "C done"]);
  expect((await read()).focusObjectiveId).toBeNull();
});

it("[LE2] every change raises the revision by one, whoever makes it", async () => {
  const { sessionId, student, addDocument, draft, read, idOf } = await startLesson();
  const documentId = await addDocument();
  await draft(documentId, "A", "B");
  expect((await read()).revision).toBe(1);
  await student.client.mutation(setFocus, { sessionId, objectiveId: await idOf("B") });
  expect((await read()).revision).toBe(2);
  const objectiveId = await idOf("B");
  await student.client.mutation(setObjectiveState, { sessionId, objectiveId, state: "done" });
  expect((await read()).revision).toBe(3);
  await draft(documentId, "A", "B");
  expect((await read()).revision).toBe(4);
});

it("[LE3] a document's objectives join those of others and replace its own, which keep id and state", async () => {
  const { sessionId, student, addDocument, draft, read, states, idOf } = await startLesson();
  const [first, second] = [await addDocument(), await addDocument()];
  await draft(first, "A", "B");
  await draft(second, "X", "Y");
  expect(await states()).toEqual(["A active", "B pending", "X pending", "Y pending"]);
  const done = await idOf("A");
  await student.client.mutation(setObjectiveState, {
    ...{ sessionId, objectiveId: done, state: "done" as const },
  });
  const focus = await idOf("B");
  await draft(first, "New", "B", "A");
  expect(await states()).toEqual([
    ...["X pending", "Y pending"],
    ...["New pending", "B active", "A done"],
  ]);
  expect([await idOf("A"), await idOf("B")]).toEqual([done, focus]);
  const { objectives, focusObjectiveId } = await read();
  expect(focusObjectiveId).toBe(focus);
  expect(new Set(objectives.map(({ objectiveId }) => objectiveId)).size).toBe(objectives.length);
});

it("[LE3] at most 24 objectives: the document with most to come gives way, never what is under way", async () => {
  const { sessionId, student, addDocument, draft, read, states, idOf } = await startLesson();
  const titles = (letter: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${letter}${n + 1}`);
  await draft(await addDocument(), ...titles("A", 20));
  await student.client.mutation(setFocus, { sessionId, objectiveId: await idOf("A20") });
  await draft(await addDocument(), ...titles("B", 8));
  expect((await read()).objectives).toHaveLength(MAX_OBJECTIVES);
  const shown = await states();
  expect(shown.filter((title) => title.startsWith("B"))).toHaveLength(8);
  expect(shown.filter((title) => title.startsWith("A"))).toEqual([
    ...titles("A", 15).map((title) => `${title} pending`),
    "A20 active",
  ]);
});

it("[LE3] nothing is planned for a document that is being removed", async () => {
  const { t, sessionId, owner, addDocument, draft } = await startLesson();
  const documentId = await addDocument();
  await t.run((ctx) => ctx.db.patch("documents", documentId, { state: { kind: "removing" } }));
  await expect(draft(documentId, "A")).rejects.toMatchObject(refused("NOT_FOUND"));
  expect(await owner.client.query(get, { sessionId })).toBeNull();
});
