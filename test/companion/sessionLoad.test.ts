/**
 * A thousand operations at once on the whole product, by many people with stock Convex clients and real
 * sockets: on one session, and on many. What was acknowledged is there, what was refused has a code, and
 * turns are numbered without a gap. The mix is random, and the same in every run.
 */
import type { FunctionReturnType } from "convex/server";
import * as prng from "lib0/prng";
import { afterAll, beforeAll, expect, it } from "vitest";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import { appError } from "../../convex/contract/errors.ts";
import { acknowledged, enterPeople, expectAllCoded, settle } from "../support/enterPeople.ts";
import type { Outcome, Person } from "../support/enterPeople.ts";
import { startProduct } from "../support/product.ts";
import type { Product } from "../support/product.ts";
import { openTutorLine } from "../support/tutorLine.ts";
import type { TutorLine } from "../support/tutorLine.ts";

const { lifecycle, participants, context } = api.sessions;
const ROLES = ["teacher", "student", "observer"] as const;
type Role = (typeof ROLES)[number];
type SessionId = Id<"sessions">;
type Random = ReturnType<typeof seeded>;

const TEXT = `# Fractions

A fraction is a number that stands for a part of a whole. The numerator is the number above the line.
The denominator is the number below the line, and it says into how many equal parts the whole is cut.

## Equal fractions

An equivalent fraction is a fraction with the same value under another name. A common factor is a number
that divides the numerator and the denominator. A fraction is in lowest terms when the only common factor
of its numerator and denominator is one.

## Mixed numbers

A mixed number is a whole number together with a fraction. An improper fraction is a fraction whose
numerator is larger than its denominator. A reciprocal is a fraction turned upside down.
`;

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.dispose());

function seeded(seed: number) {
  const generator = prng.create(seed);
  return {
    below: (limit: number) => prng.uint32(generator, 0, limit - 1),
    pick: <T>(from: readonly T[]): T => prng.oneOf(generator, [...from]),
  };
}

it("[V1.2.3] [LD1] of 1,000 operations at once on one session nothing is lost, doubled or uncoded", async () => {
  const random = seeded(20_261);
  const [owner, ...others] = (await enterPeople(product, 37)) as [Person, ...Person[]];
  const [inside, outside] = [others.slice(0, 24), others.slice(24)];
  const { sessionId, questions } = await startLesson(owner);
  const codes = await Promise.all(
    ROLES.map((role) => owner.convex.mutation(participants.invite, { sessionId, role })),
  );
  const joined = new Map<Person, Role>();
  const join = async (person: Person, inviteCode: string) => {
    const role = await person.convex.mutation(lifecycle.join, { sessionId, inviteCode });
    joined.set(person, role as Role);
  };
  await Promise.all(inside.map((person, i) => join(person, codes[i % codes.length]!)));
  const members = [owner, ...inside];
  const lines = await Promise.all(
    members.map(({ token }) => openTutorLine({ url: product.url, sessionId }, token)),
  );

  // What each got acknowledged last: a client's own operations are done in the order it sent them.
  const titles = new Map<Person, string>();
  const goals = new Map<Person, string>();
  const granted = new Map<Person, Map<Person, Role>>();
  const answered = new Set<string>();
  const operations: Record<string, (n: number) => Promise<unknown>> = {
    async rename(n) {
      const [person, title] = [random.pick(members), `Title ${n}`];
      await person.convex.mutation(lifecycle.rename, { sessionId, title });
      titles.set(person, title);
    },
    async update(n) {
      const [person, goal] = [random.pick(members), `Goal ${n}`];
      await person.convex.mutation(context.update, { sessionId, patch: { goal } });
      goals.set(person, goal);
    },
    async setRole() {
      const [actor, target, role] = [random.pick(members), random.pick(others), random.pick(ROLES)];
      const { userId } = target;
      await actor.convex.mutation(participants.setRole, { sessionId, userId, role });
      granted.set(target, (granted.get(target) ?? new Map<Person, Role>()).set(actor, role));
    },
    join: () => join(random.pick(outside), random.pick([...codes, "wrong"])),
    async answer() {
      const [person, { questionId, kind }] = [random.pick(members), random.pick(questions)];
      const response =
        kind.kind === "choice"
          ? { kind: kind.kind, option: random.below(kind.options.length) }
          : { kind: kind.kind, text: "fraction" };
      await person.convex.mutation(api.quizzes.answers.submit, { questionId, response });
      answered.add(`${person.userId} ${questionId}`);
    },
    ask: (n) => askBriefly(random.pick(lines), `question ${n}`),
    list: () => random.pick(members).convex.query(participants.list, { sessionId }),
    end: () => random.pick(members).convex.mutation(lifecycle.end, { sessionId }),
    remove: () => owner.convex.mutation(lifecycle.remove, { sessionId }),
  };
  let started = 0;
  const atOnce = async (count: number, among: readonly string[]) => {
    const outcomes = await Promise.all(
      Array.from({ length: count }, () => {
        const op = random.pick(among);
        return settle(op, operations[op]!(started++));
      }),
    );
    expectAllCoded(outcomes);
    for (const op of among) expect(acknowledged(outcomes, op), op).not.toEqual([]);
    return outcomes;
  };

  const mix = ["rename", "update", "setRole", "join", "answer", "ask", "list"];
  const outcomes = await atOnce(950, mix);
  const session = await owner.convex.query(lifecycle.get, { sessionId });
  const tutorContext = await owner.convex.query(context.get, { sessionId });
  const people = await owner.convex.query(participants.list, { sessionId });
  expect([...titles.values()]).toContain(session.title);
  expect([...goals.values()]).toContain(tutorContext.goal);
  expect(people.length).toBe(1 + joined.size);
  for (const [person, role] of joined) {
    const now = people.find(({ userId }) => userId === person.userId)?.role;
    expect([...(granted.get(person)?.values() ?? [role])]).toContain(now);
  }
  const attempts = tutorContext.learnerModel.concepts.map((concept) => concept.attempts);
  expect(attempts.reduce((sum, some) => sum + some)).toBe(answered.size);
  await expectTurns(owner, sessionId, outcomes);

  const ending = await atOnce(45, ["end", "answer"]);
  expect(new Set(acknowledged(ending, "end")).size).toBe(1); // all are told the same moment
  const removing = await atOnce(5, ["remove"]);
  expect(acknowledged(removing, "remove")).toHaveLength(1);
  expect(started).toBe(1_000);
});

it("[V1.2.3] [LD1] of 1,000 operations at once on forty sessions nothing is lost, doubled or uncoded", async () => {
  const random = seeded(20_262);
  const people = await enterPeople(product, 20);
  const lives = await Promise.all(
    Array.from({ length: 40 }, (_, n) => {
      const owner = people[n % people.length]!;
      const guests = people.filter((person) => person !== owner);
      return liveThrough({ n, owner, guests: guests.slice(random.below(13)).slice(0, 6) }, random);
    }),
  );
  const outcomes = lives.flatMap((life) => life.outcomes);
  expect(outcomes).toHaveLength(1_000);
  expectAllCoded(outcomes);
  for (const person of people) {
    const listed = await person.convex.query(lifecycle.listMine, {});
    const owned = listed.filter(({ role }) => role === "owner");
    const kept = lives.filter(({ owner, isRemoved }) => owner === person && !isRemoved);
    expect(owned.map(({ sessionId }) => sessionId).sort()).toEqual(
      kept.map(({ sessionId }) => sessionId).sort(),
    );
    expect(owned.every(({ state }) => state.kind === "ended")).toBe(true);
  }
});

/** One session's life in 25 operations, 19 of them at once; checks what they left behind. */
async function liveThrough(
  { n, owner, guests }: { n: number; owner: Person; guests: readonly Person[] },
  random: Random,
) {
  const outcomes: Outcome[] = [];
  const run = async <T>(op: string, work: Promise<T>): Promise<T> => {
    outcomes.push(await settle(op, work));
    return await work;
  };
  const mayFail = (work: Promise<unknown>) => work.catch(() => undefined);
  const { convex } = owner;
  const sessionId = await run("start", convex.mutation(lifecycle.start, { title: `Start ${n}` }));
  const invite = { sessionId, role: "student" as const };
  const inviteCode = await run("invite", convex.mutation(participants.invite, invite));
  const line = await openTutorLine({ url: product.url, sessionId }, owner.token);
  const rename = (by: Person, title: string) =>
    run("rename", by.convex.mutation(lifecycle.rename, { sessionId, title }));

  const hour: Promise<unknown>[] = [];
  for (let i = 0; i < 5; i++) hour.push(rename(owner, `Title ${n} ${i}`));
  for (let i = 0; i < 4; i++) hour.push(mayFail(run("ask", askBriefly(line, `question ${i}`))));
  for (const [i, guest] of guests.entries()) {
    const { userId } = guest;
    const joining = guest.convex.mutation(lifecycle.join, { sessionId, inviteCode });
    const joined = run("join", joining);
    const setRole = () =>
      convex.mutation(participants.setRole, { sessionId, userId, role: "observer" });
    if (i < 2) hour.push(joined.then(() => run("setRole", setRole())));
    else if (i === 2)
      hour.push(
        joined.then(() => run("leave", guest.convex.mutation(participants.leave, { sessionId }))),
      );
    else hour.push(joined);
  }
  hour.push(mayFail(rename(random.pick(guests), "Not theirs")));
  await Promise.all(hour);
  expect((await convex.query(lifecycle.get, { sessionId })).title).toBe(`Title ${n} 4`);
  const list = await convex.query(participants.list, { sessionId });
  const roleOf = (person: Person) => list.find(({ userId }) => userId === person.userId)?.role;
  const expected = ["observer", "observer", undefined, "student", "student", "student"];
  expect(guests.map(roleOf)).toEqual(expected);
  await expectTurns(owner, sessionId, outcomes);

  const ends = [1, 2].map(() => run("end", convex.mutation(lifecycle.end, { sessionId })));
  const [first, second] = await Promise.all([...ends, mayFail(rename(owner, "Too late"))]);
  expect(first).toBe(second);
  const isRemoved = n % 2 === 0;
  const last = isRemoved ? lifecycle.remove : lifecycle.end;
  await run("end or remove", convex.mutation(last, { sessionId }));
  return { owner, sessionId, outcomes, isRemoved };
}

/** A session with a quiz on a short text. */
async function startLesson(owner: Person) {
  const sessionId = await owner.convex.mutation(lifecycle.start, { title: "Fractions" });
  const form = new FormData();
  form.append("files", new Blob([TEXT]), "fractions.md");
  const headers = { Authorization: `Bearer ${owner.token}` };
  const address = `${product.url}/sessions/${sessionId}/documents`;
  const reply = await fetch(address, { method: "POST", headers, body: form });
  expect(reply.status).toBe(202);
  const documents = () => owner.convex.query(api.documents.library.list, { sessionId });
  await expect.poll(async () => (await documents())[0]?.state.kind).toBe("ready");
  const { make, get } = api.quizzes.quiz;
  const quizId = await owner.convex.mutation(make, { sessionId, questionCount: 5 });
  const quiz = () => owner.convex.query(get, { quizId });
  await expect.poll(async () => (await quiz()).state.kind).toBe("ready");
  return { sessionId, questions: (await quiz()).questions };
}

/** Asks and, once accepted, stops the answer, so that the next may be asked. */
async function askBriefly(line: TutorLine, id: string): Promise<string> {
  const asked = await line.ask("What is a half?", id);
  if ("code" in asked) throw appError(asked.code);
  if ("closed" in asked) throw new Error(`the socket closed with ${asked.closed}`);
  void line.stop(asked.turnId);
  return asked.turnId;
}

/** Turns are numbered from 1 without gap or double, one for each question that was accepted. */
async function expectTurns(reader: Person, sessionId: SessionId, outcomes: readonly Outcome[]) {
  const accepted = acknowledged(outcomes, "ask");
  expect(accepted).not.toEqual([]);
  expect(new Set(accepted).size).toBe(accepted.length);
  const turns = await allTurns(reader, sessionId);
  expect(turns.map(({ turnId }) => turnId).sort()).toEqual(accepted.sort());
  const numbers = turns.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  const { turnCount } = await reader.convex.query(context.get, { sessionId });
  expect(turnCount).toBe(turns.length);
}

async function allTurns({ convex }: Person, sessionId: SessionId) {
  type Page = FunctionReturnType<typeof api.turns.history.list>;
  const turns: Page["page"] = [];
  for (let cursor: string | null = null; ;) {
    const paginationOpts: { numItems: number; cursor: string | null } = { numItems: 50, cursor };
    const page: Page = await convex.query(api.turns.history.list, { sessionId, paginationOpts });
    turns.push(...page.page);
    if (page.isDone) return turns;
    cursor = page.continueCursor;
  }
}
