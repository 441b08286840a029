/**
 * Runs a page of the reference from top to bottom and notes what it has shown. Around the first example
 * of each function it holds the section's words to their promise: whom it is for (everyone else is
 * refused), which errors it shows, and whether it works after the session has ended.
 */
import { expect } from "vitest";
import type { Product } from "../support/product.ts";
import {
  errorCodeOf,
  fillCall,
  parseConvexExample,
  runConvexExample,
  type Call,
  type ConvexExample,
} from "./convexExample.ts";
import type { Block, DocFile, Section } from "./docFile.ts";
import { parseHttpExample, runHttpExample } from "./httpExample.ts";
import type { Names } from "./patterns.ts";
import { SocketExamples } from "./socketExample.ts";
import { routeOf } from "./surface.ts";

/** What examples have shown so far, over all pages. */
export interface Shown {
  functions: Set<string>;
  routes: Set<string>;
  frames: Set<string>;
}

interface World {
  product: Product;
  /** A service token. */
  service: string;
  shown: Shown;
}

/** Who of the examples has which role in the session `<sessionId>`. */
const CAST = { owner: "ada", teacher: "tom", student: "sam", observer: "olga" } as const;
/** Comes and goes, as an observer in the end. */
const VISITOR = "uma";

export async function runPage(page: DocFile, world: World): Promise<void> {
  const { product, service } = world;
  const names: Names = new Map<string, unknown>([
    ["service", service],
    ["origin", product.url],
  ]);
  const stranger = await enterAsStranger(product);
  const sockets = new SocketExamples({
    url: product.url,
    names,
    stopServer: () => product.stop(),
    onShown: (frame) => world.shown.frames.add(frame),
  });
  const judged = new Map<string, { call: Call; section: Section }>();
  try {
    for (const block of page.blocks) {
      await within(block, async () => {
        if (block.language === "socket") await sockets.run(block.text);
        if (block.language === "http") await runHttp(block, names, world);
        if (block.language !== "convex") return;
        const example = parseConvexExample(block.text);
        const isOwn = block.section.title === example.path && example.outcome.kind !== "error";
        const call = fillCall(example, names);
        const refusals = () => expectRefusals(block, call, { world, names, stranger });
        const isFirst = isOwn && !judged.has(example.path);
        if (isFirst && example.type !== "query") await refusals(); // before it, since it may remove
        await runConvexExample(example, names, product.convexUrl);
        if (isFirst && example.type === "query") await refusals(); // after it, which may be in a hurry
        if (isFirst) judged.set(example.path, { call, section: block.section });
        if (isOwn) world.shown.functions.add(example.path);
      });
    }
  } finally {
    sockets.dispose();
  }
  for (const section of page.sections) {
    expectErrorsShown(section);
    expectWeakestShown(section);
  }
  const whileActive = [...judged.values()]
    .filter(({ section }) => section.prose.includes("Active sessions only."))
    .map(({ call }) => call);
  await expectEnded(whileActive, names, product);
}

async function within(block: Block, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${block.place}: ${reason}\n\n${block.text}`, { cause: error });
  }
}

async function enterAsStranger({ url }: Product): Promise<string> {
  const body = JSON.stringify({ name: "Stranger" });
  const answer = await fetch(`${url}/auth/guest`, { method: "POST", body });
  return ((await answer.json()) as { token: string }).token;
}

async function runHttp(block: Block, names: Names, { product, shown }: World): Promise<void> {
  const example = parseHttpExample(block.text);
  await runHttpExample(example, names, product.url);
  const route = routeOf(example.method, example.path);
  if (route !== undefined) shown.routes.add(route);
}

/**
 * Everyone whom the section does not name is refused, and nothing has happened by that. Asked in the
 * session where the examples' people are, whichever session the example itself is about.
 */
async function expectRefusals(
  block: Block,
  { args, ...example }: Call,
  { world, names, stranger }: { world: World; names: Names; stranger: string },
): Promise<void> {
  const sessionId = "sessionId" in args ? { sessionId: String(names.get("sessionId")) } : {};
  const call = { ...example, args: { ...args, ...sessionId } };
  const refusal = (token: string | undefined) => errorCodeOf(call, token, world.product.convexUrl);
  expect(await refusal(undefined), "without a token").toBe("UNAUTHENTICATED");
  const audience = audienceOf(block.section);
  if (audience === undefined) {
    expect(await refusal(stranger), "a person's token").toBe("FORBIDDEN");
    return;
  }
  expect(await refusal(world.service), "a service token").toBe("UNAUTHENTICATED");
  if (audience === "everyone signed in") return;
  expect(await refusal(stranger), "a stranger").toBe("NOT_FOUND");
  if (audience === "every member") return;
  for (const [role, name] of Object.entries(CAST)) {
    const token = names.get(name);
    if (audience.split(", ").includes(role)) continue;
    expect(await refusal(String(token)), role).toBe("FORBIDDEN");
  }
}

/** The section's calls of the function that it is about; none in a section about anything else. */
function ownExamples({ title, blocks }: Section): ConvexExample[] {
  return blocks
    .filter(({ language }) => language === "convex")
    .map(({ text }) => parseConvexExample(text))
    .filter(({ path }) => path === title);
}

/** The codes that the words promise are those that the examples show. */
function expectErrorsShown(section: Section): void {
  const promised = /Errors: ([A-Z_, ]+)\./.exec(section.prose)?.[1]?.split(", ") ?? [];
  const codes = ownExamples(section).flatMap(({ outcome }) => {
    return outcome.kind === "error" ? [outcome.code] : [];
  });
  expect([...new Set(codes)].sort(), `errors of ${section.title}`).toEqual(promised.sort());
}

/** What a role may do is shown by the role with the least rights that may do it. */
function expectWeakestShown(section: Section): void {
  const audience = audienceOf(section);
  if (audience === undefined || audience === "everyone signed in") return;
  const roles = Object.keys(CAST) as (keyof typeof CAST)[];
  const named = audience === "every member" ? roles : audience.split(", ");
  const weakest = roles.findLast((role) => named.includes(role)) ?? "owner";
  const callers = ownExamples(section)
    .filter(({ outcome }) => outcome.kind !== "error")
    .map(({ caller }) => caller);
  const isShown =
    callers.includes(`<${CAST[weakest]}>`) ||
    (weakest === "observer" && callers.includes(`<${VISITOR}>`));
  expect(isShown, `${section.title} is called by the ${weakest}`).toBe(true);
}

function audienceOf({ prose }: Section): string | undefined {
  return /For: ([^.]+)\./.exec(prose)?.[1];
}

/** Once the session has ended, a teacher gets SESSION_ENDED from what is for active ones only. */
async function expectEnded(calls: Call[], names: Names, product: Product): Promise<void> {
  if (calls.length === 0) return;
  const end: Call = {
    type: "mutation",
    path: "sessions/lifecycle:end",
    args: { sessionId: String(names.get("sessionId")) },
  };
  const teacher = String(names.get(CAST.teacher));
  expect(await errorCodeOf(end, teacher, product.convexUrl)).toBeUndefined();
  for (const call of calls) {
    expect(await errorCodeOf(call, teacher, product.convexUrl), call.path).toBe("SESSION_ENDED");
  }
}
