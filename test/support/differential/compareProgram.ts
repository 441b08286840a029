/**
 * Runs one program on both sides, call by call, and stops at the first answer that differs. Each side
 * keeps its own ids and cursors; what is compared is their canonical form (canonical.ts).
 */
import type { Value } from "convex/values";
import type {
  Made,
  PageWish,
  Query,
  Step,
} from "../../fixtures/convex-projects/differential/convex/steps.ts";
import { canonicalOutcome } from "./canonical.ts";
import type { Call, Program } from "./programs.ts";
import { TABLES } from "./schemas.ts";
import type { Outcome, Side } from "./side.ts";

export interface Difference {
  readonly call: Call;
  readonly reference: string;
  readonly engine: string;
}

/** A page that was read: from where, and where it ended then. */
interface ReadPage {
  readonly cursor: string | null;
  readonly end: string;
}

/** A paginated query under way. */
interface Session {
  readonly query: Query;
  /** The documents that there were when it began: what its bounds refer to must stay the same. */
  made: Made;
  pages: ReadPage[];
}

/** One side with what the program has made and read on it. */
interface Player {
  readonly side: Side;
  readonly made: Made;
  readonly sessions: readonly Session[];
}

interface PageResult {
  page: Value[];
  isDone: boolean;
  continueCursor: string;
}

/** null when both sides behave alike. */
export async function compareProgram(
  reference: Side,
  engine: Side,
  program: Program,
): Promise<Difference | null> {
  const [first, second] = [reference, engine].map((side): Player => ({
    side,
    made: { own: {}, child: {} },
    sessions: program.sessions.map((query) => ({
      query,
      made: { own: {}, child: {} },
      pages: [],
    })),
  })) as [Player, Player];
  for (const call of [...program.calls, FINISH, READ_ALL]) {
    const [expected, actual] = await answers(first, second, call);
    if (expected !== actual) return { call, reference: expected, engine: actual };
  }
  return null;
}

async function answers(reference: Player, engine: Player, call: Call): Promise<[string, string]> {
  switch (call.kind) {
    case "page":
      return await nextPages(reference, engine, call);
    case "finish":
      return [await finishJobs(reference), await finishJobs(engine)];
    case "reread":
      return [await reread(reference, call), await reread(engine, call)];
    default:
      return [await run(reference, call), await run(engine, call)];
  }
}

const FINISH: Call = { kind: "finish" };

const READ_TABLES = TABLES.map((table): Step => {
  const query = { table, index: null, bounds: [], order: null, filters: [] };
  return { do: "query", query, ending: { how: "collect" } };
});

/** Every document that there is in the end, in the app and in its component. */
const READ_ALL: Extract<Call, { steps: Step[] }> = {
  kind: "query",
  steps: [
    ...READ_TABLES,
    { do: "nest", kind: "query", where: "child", isCaught: false, steps: READ_TABLES },
  ],
};

async function run(
  { side, made }: Player,
  call: Extract<Call, { steps: Step[] }>,
): Promise<string> {
  const path = { query: "asQuery", mutation: "asMutation", action: "asAction" }[call.kind];
  const steps = call.steps as unknown as Value;
  const outcome = await side.call(call.kind, `interpreter:${path}`, { steps, made });
  const answer = outcome.kind === "returned" ? outcome.value : outcome.data;
  if (answer !== null) Object.assign(made, (answer as { made: Made }).made);
  return canonicalOutcome(outcome, made);
}

/** The program learns of what its jobs have made by reading everything. */
async function finishJobs(player: Player): Promise<string> {
  const { side, made } = player;
  await side.finishJobs();
  const steps = READ_ALL.steps as unknown as Value;
  const outcome = await side.call("query", "interpreter:asQuery", { steps, made });
  if (outcome.kind === "returned") {
    const { results } = outcome.value as unknown as { results: StepResult[] };
    const inChild = results.at(-1)?.value as unknown as { child: StepResult[] };
    adopt(made.own, results);
    adopt(made.child, inChild.child);
  }
  return await run(player, JOB_STATES);
}

type StepResult = { readonly value: Value };

function adopt(made: Made["own"], results: readonly StepResult[]): void {
  for (const [i, table] of TABLES.entries()) {
    const ids = (results[i]?.value as unknown as { _id: string }[]).map(({ _id }) => _id);
    const known = (made[table] ??= []);
    known.push(...ids.filter((id) => !known.includes(id)));
  }
}

const JOB_STATES: Extract<Call, { steps: Step[] }> = {
  kind: "query",
  steps: [
    { do: "jobs" },
    { do: "nest", kind: "query", where: "child", isCaught: false, steps: [{ do: "jobs" }] },
  ],
};

async function nextPages(
  reference: Player,
  engine: Player,
  call: Extract<Call, { kind: "page" }>,
): Promise<[string, string]> {
  const expected = await nextPage(reference, call);
  const actual = await nextPage(engine, call);
  // Both may be right about a page that is full when its range ends (README.md): it ends the session.
  const isLast = expected.isDone && (actual.isDone || expected.count === call.numItems);
  if (isLast) for (const player of [reference, engine]) sessionOf(player, call).pages = [];
  const done = (isDone: boolean): string => (isLast ? "last" : isDone ? "done" : "more");
  return [`${done(expected.isDone)} ${expected.text}`, `${done(actual.isDone)} ${actual.text}`];
}

async function nextPage(
  player: Player,
  call: Extract<Call, { kind: "page" }>,
): Promise<{ text: string; isDone: boolean; count: number }> {
  const session = sessionOf(player, call);
  if (session.pages.length === 0) session.made = structuredClone(player.made);
  const cursor = session.pages.at(-1)?.end ?? null;
  const outcome = await readPage(player, session, {
    numItems: call.numItems,
    cursor,
    endCursor: null,
    maximumRowsRead: call.rows,
  });
  if (outcome.kind === "threw") {
    return { text: canonicalOutcome(outcome, player.made), isDone: false, count: 0 };
  }
  const { page, isDone, continueCursor } = outcome.value as unknown as PageResult;
  session.pages.push({ cursor, end: continueCursor });
  return { text: documents(page, player.made), isDone, count: page.length };
}

/** Its end stays where it was, whatever has come and gone in it since. */
async function reread(player: Player, call: Extract<Call, { kind: "reread" }>): Promise<string> {
  const session = sessionOf(player, call);
  const page = session.pages[call.page % Math.max(1, session.pages.length)];
  if (page === undefined) return "no page";
  const outcome = await readPage(player, session, {
    numItems: 1,
    cursor: page.cursor,
    endCursor: page.end,
    maximumRowsRead: null,
  });
  if (outcome.kind === "threw") return canonicalOutcome(outcome, player.made);
  return documents((outcome.value as unknown as PageResult).page, player.made);
}

function sessionOf({ sessions }: Player, call: { session: number }): Session {
  const session = sessions[call.session];
  if (session === undefined) throw new Error(`There is no session ${call.session}.`);
  return session;
}

async function readPage(
  { side }: Player,
  { query, made }: Session,
  wish: PageWish,
): Promise<Outcome> {
  return await side.call("query", "interpreter:page", {
    query: query as unknown as Value,
    wish: wish as unknown as Value,
    made,
  });
}

function documents(page: Value[], made: Made): string {
  return canonicalOutcome({ kind: "returned", value: page }, made);
}
