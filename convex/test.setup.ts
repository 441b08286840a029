/// <reference types="vite/client" />
/** What every test of convex/ starts from: an empty deployment, people who are signed in, the companion. */
import workpool from "@convex-dev/workpool/test";
import { convexTest, type TestConvex } from "convex-test";
import { vi } from "vitest";
import { api } from "./_generated/api.js";
import type { Id } from "./_generated/dataModel.js";
import schema from "./schema.ts";
import type { Role } from "./sessions/tables.ts";

const ISSUER = "https://lectern.test";
process.env["LECTERN_ISSUER"] = ISSUER;

/** Test files have two dots in their names and are no modules of the deployment. */
const modules = import.meta.glob(["./**/*.ts", "./_generated/*.js", "!./**/*.*.ts"]);

export type Deployment = TestConvex<typeof schema>;
export type Client = ReturnType<Deployment["withIdentity"]>;

export function setupTest(): Deployment {
  const t = convexTest(schema, modules);
  workpool.register(t, "jobPool");
  return t;
}

/** The companion's own identity. */
export function asService(t: Deployment): Client {
  return t.withIdentity({ issuer: `${ISSUER}/service`, subject: "companion" });
}

export interface Person {
  userId: Id<"users">;
  loginId: Id<"logins">;
  client: Client;
}

let logins = 0;

/** A guest who is signed in. */
export async function enter(t: Deployment, name = "Ada"): Promise<Person> {
  const service = asService(t);
  const userId = await service.mutation(api.users.accounts.createGuest, { name });
  const loginId = await service.mutation(api.users.logins.open, {
    userId,
    refreshTokenHash: `token-${String((logins += 1))}`,
    expiresAt: Date.now() + 86_400_000,
  });
  return { userId, loginId, client: asPerson(t, userId, loginId) };
}

/** Whoever holds a token that says so; nothing checks that it is true. */
export function asPerson(t: Deployment, userId: string, loginId: string): Client {
  return t.withIdentity({ issuer: ISSUER, subject: userId, sid: loginId, name: "whatever" });
}

/** A session and one person in each of `roles`, the owner first. */
export async function startSession<R extends Exclude<Role, "owner">>(
  t: Deployment,
  ...roles: R[]
): Promise<{ sessionId: Id<"sessions">; owner: Person } & Record<R, Person>> {
  const owner = await enter(t, "Olive");
  const sessionId = await owner.client.mutation(api.sessions.lifecycle.start, {
    title: "Fractions",
  });
  const people: Partial<Record<R, Person>> = {};
  for (const role of roles) {
    const person = await enter(t, role);
    const inviteCode = await owner.client.mutation(api.sessions.participants.invite, {
      sessionId,
      role,
    });
    await person.client.mutation(api.sessions.lifecycle.join, { sessionId, inviteCode });
    people[role] = person;
  }
  return { sessionId, owner, ...(people as Record<R, Person>) };
}

/** Runs everything that was scheduled, and what that schedules; needs `vi.useFakeTimers()`. */
export async function settle(t: Deployment): Promise<void> {
  await t.finishAllScheduledFunctions(vi.runAllTimers);
}

/** What a refused call rejects with. */
export function refused(code: string): { data: { code: string } } {
  return { data: { code } };
}
