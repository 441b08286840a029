import { expect, it } from "vitest";
import { api } from "../_generated/api.js";
import { asService, enter, refused, setupTest, startSession } from "../test.setup.ts";

const { setRole, removeMember, leave, list, invite } = api.sessions.participants;
const { watch } = api.sessions.access;

it("[SE5] everyone in a session sees who takes part and as what", async () => {
  const t = setupTest();
  const { sessionId, observer } = await startSession(t, "teacher", "student", "observer");
  const people = await observer.client.query(list, { sessionId });
  expect(people.map(({ role }) => role).sort()).toEqual([
    "observer",
    "owner",
    "student",
    "teacher",
  ]);
});

it("[SE5] a teacher manages students and observers, no teacher and not the owner", async () => {
  const t = setupTest();
  const { sessionId, owner, teacher, student } = await startSession(t, "teacher", "student");
  const promote = (by: typeof owner, whom: typeof owner) =>
    by.client.mutation(setRole, { sessionId, userId: whom.userId, role: "teacher" });
  await promote(teacher, student);
  for (const attempt of [
    promote(student, owner),
    promote(owner, owner),
    teacher.client.mutation(removeMember, { sessionId, userId: student.userId }),
    owner.client.mutation(leave, { sessionId }),
  ]) {
    await expect(attempt).rejects.toMatchObject(refused("FORBIDDEN"));
  }
  await owner.client.mutation(removeMember, { sessionId, userId: student.userId });
  await expect(student.client.query(list, { sessionId })).rejects.toMatchObject(
    refused("NOT_FOUND"),
  );
});

it("[SE5] students and observers invite nobody", async () => {
  const t = setupTest();
  const { sessionId, student, observer } = await startSession(t, "student", "observer");
  for (const { client } of [student, observer]) {
    await expect(client.mutation(invite, { sessionId, role: "student" })).rejects.toMatchObject(
      refused("FORBIDDEN"),
    );
  }
});

it("[SE7] a watched socket learns of a changed role, an end, a logout and a leave", async () => {
  const t = setupTest();
  const { sessionId, owner, student } = await startSession(t, "student");
  const { userId, loginId } = student;
  const look = () => asService(t).query(watch, { sessionId, userId, loginId });
  expect(await look()).toMatchObject({ role: "student", sessionState: "active" });
  await owner.client.mutation(setRole, { sessionId, userId, role: "observer" });
  expect(await look()).toMatchObject({ role: "observer" });
  await owner.client.mutation(api.sessions.lifecycle.end, { sessionId });
  expect(await look()).toMatchObject({ sessionState: "ended" });
  await asService(t).mutation(api.users.logins.revoke, { loginId });
  expect(await look()).toBeNull();
  const { client, ...other } = await enter(t, "Bob");
  expect(client).toBeDefined();
  expect(await asService(t).query(watch, { sessionId, ...other })).toBeNull();
  const malformed = { sessionId: "x", userId: "y", loginId: "z" };
  expect(await asService(t).query(watch, malformed)).toBeNull();
});
