import { expect, it } from "vitest";
import { api } from "../_generated/api.js";
import { refused, setupTest, startSession } from "../test.setup.ts";

const { get, update } = api.sessions.context;

const focusObjective = {
  topic: "Fractions",
  learningGoal: "Add two fractions",
  priority: 1,
  relevantConcepts: ["denominator"],
  suggestedApproach: null,
  targetMastery: 0.8,
  initialDifficulty: "easy",
};

it("[V1.2.1] [SE8] the context is there from the start, can be read and changed", async () => {
  const t = setupTest();
  const { sessionId, owner, student } = await startSession(t, "student");
  expect(await student.client.query(get, { sessionId })).toMatchObject({
    goal: null,
    interactionMode: "chat_and_whiteboard",
    learnerModel: { concepts: [], paceFactor: 1 },
    turnCount: 0,
  });
  const patch = { goal: "Halves", interactionMode: "chat_only" as const, focusObjective };
  await owner.client.mutation(update, { sessionId, patch });
  expect(await student.client.query(get, { sessionId })).toMatchObject(patch);
  await owner.client.mutation(update, { sessionId, patch: { goal: null } });
  expect(await student.client.query(get, { sessionId })).toMatchObject({
    goal: null,
    focusObjective,
  });
});

it("[V1.2.5] [SE8] a field of the wrong type or an unknown one is refused", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const patches: unknown[] = [
    { goal: 7 },
    { interactionMode: "telepathy" },
    { studentsMayEditAssistantObjects: "yes" },
    { studentsMayEditOthersObjects: 1 },
    { focusObjective: { topic: "only this" } },
    { currentTopic: ["a"] },
    { lastPedagogicalAction: "shouted" },
    { lastInteractionSummary: {} },
    { pendingInteraction: { kind: "other", prompt: "?" } },
    { learnerPreferences: { paceFactor: "fast", preferredStyle: null, notes: [] } },
    { learnerModel: { concepts: [] } },
    { unknownField: 1 },
  ];
  for (const patch of patches) {
    const call = owner.client.mutation(update, { sessionId, patch: patch as object });
    await expect(call, JSON.stringify(patch)).rejects.toThrow(/[Vv]alid/);
  }
});

it("[V1.2.5] [SE8] a value of the right type that is out of bounds is refused with a code", async () => {
  const t = setupTest();
  const { sessionId, owner } = await startSession(t);
  const preferences = { paceFactor: 1, preferredStyle: null, notes: [] as string[] };
  const patches = [
    { goal: "x".repeat(2_001) },
    { focusObjective: { ...focusObjective, priority: 9 } },
    { focusObjective: { ...focusObjective, targetMastery: 1.5 } },
    { focusObjective: { ...focusObjective, targetMastery: Number.NaN } },
    { focusObjective: { ...focusObjective, relevantConcepts: Array<string>(51).fill("x") } },
    { learnerPreferences: { ...preferences, paceFactor: 100 } },
    { learnerPreferences: { ...preferences, notes: Array<string>(51).fill("x") } },
  ];
  for (const patch of patches) {
    await expect(owner.client.mutation(update, { sessionId, patch })).rejects.toMatchObject(
      refused("INVALID_INPUT"),
    );
  }
});

it("[SE8] students and observers read the context and do not change it", async () => {
  const t = setupTest();
  const { sessionId, student, observer } = await startSession(t, "student", "observer");
  for (const { client } of [student, observer]) {
    await client.query(get, { sessionId });
    await expect(
      client.mutation(update, { sessionId, patch: { goal: "x" } }),
    ).rejects.toMatchObject(refused("FORBIDDEN"));
  }
});

it("[SE9] a session begins with own objects only, says so to sockets, and older ones go on as they were", async () => {
  const t = setupTest();
  const { sessionId, owner, student } = await startSession(t, "student");
  const settingsFor = async () =>
    (await student.client.query(api.sessions.lifecycle.get, { sessionId })).settings;
  const closed = {
    interactionMode: "chat_and_whiteboard",
    studentsMayEditAssistantObjects: false,
    studentsMayEditOthersObjects: false,
  };
  expect(await settingsFor()).toEqual(closed);
  const patch = { studentsMayEditOthersObjects: true };
  await expect(student.client.mutation(update, { sessionId, patch })).rejects.toMatchObject(
    refused("FORBIDDEN"),
  );
  await owner.client.mutation(update, { sessionId, patch });
  expect(await settingsFor()).toEqual({ ...closed, ...patch });
  expect(await student.client.query(get, { sessionId })).toMatchObject(patch);
  const { interactionMode, studentsMayEditAssistantObjects } = await settingsFor();
  await t.run(async (ctx) => {
    const settings = { interactionMode, studentsMayEditAssistantObjects };
    await ctx.db.patch("sessions", sessionId, { settings });
  });
  expect(await settingsFor()).toEqual({ ...closed, ...patch });
});
