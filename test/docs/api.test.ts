/**
 * The API reference (docs/api.md and docs/api/) against the product: every example is run, in the order
 * of the page, on a process started as a user starts it; what the reference claims in words that can be
 * compared (signatures, callers, error codes, tables) is compared; and what the product offers, counted
 * from its code, must be there. Rules AP1-AP5.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { appError, ERRORS, type ErrorCode } from "../../convex/contract/errors.ts";
import * as limits from "../../convex/contract/limits.ts";
import { errorResponse, type HttpEnv } from "../../src/gateway/http/httpContext.ts";
import { loadKeyRing } from "../../src/gateway/identity/keyFile.ts";
import { createTokens } from "../../src/gateway/identity/tokens.ts";
import { CLOSE_CODES } from "../../src/protocol/closeCodes.ts";
import { systemClock } from "../../src/util/clock.ts";
import { startProduct, type Product } from "../support/product.ts";
import { readDocFile, tableRows } from "./docFile.ts";
import { textFits } from "./patterns.ts";
import { runPage, type Shown } from "./page.ts";
import { namedTypes, signatureOf } from "./signatures.ts";
import { boardFrames, publicFunctions, routes, tutorFrames } from "./surface.ts";

const OVERVIEW = "docs/api.md";
/** In this order: the last one stops the server. */
const PAGES = ["http", "functions", "service", "sockets"].map((name) => `docs/api/${name}.md`);

let product: Product;
let service = "";
const shown: Shown = { functions: new Set(), routes: new Set(), frames: new Set() };

beforeAll(async () => {
  product = await startProduct();
  const ring = loadKeyRing({ keys: undefined, dataDir: product.dataDir });
  service = (await createTokens(ring, systemClock).issueService()).token;
});
afterAll(() => product.dispose());

it("[AP1] the quick start runs as it stands and prints what it says", async () => {
  const section = readDocFile(OVERVIEW).sections.find(({ title }) => title === "Quick start");
  const [program, output] = section?.blocks ?? [];
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-"], {
    env: { ...process.env, LECTERN_URL: product.url },
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end(program?.text);
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode, errors).toBe(0);
  expect(textFits(output?.text ?? "", printed.trimEnd()), printed).toBe(true);
});

it.each(PAGES)("[AP2] every example of %s does what it shows", async (path) => {
  await runPage(readDocFile(path), { product, service, shown });
});

it("[AP3] every public function has an example that ran", async () => {
  expect([...shown.functions].sort()).toEqual([...(await publicFunctions()).keys()].sort());
});

it("[AP3] every route has an example that ran", () => {
  expect([...shown.routes].sort()).toEqual(routes().sort());
});

it("[AP3] every frame of both sockets and every close code has an example that ran", () => {
  const codes = Object.values(CLOSE_CODES).map(({ code }) => `← close ${code}`);
  const missing = [...tutorFrames(), ...boardFrames(), ...codes].filter(
    (frame) => !shown.frames.has(frame),
  );
  expect(missing).toEqual([]);
});

it("[AP4] every public function has its own signature, and every type its own definition", async () => {
  const documented = new Map<string, string | undefined>();
  for (const section of PAGES.flatMap((path) => readDocFile(path).sections)) {
    if (!/^\w+\/\w+:\w+$/.test(section.title) && section.title !== "Types") continue;
    const block = section.blocks.find(({ language }) => language === "ts");
    documented.set(section.title, block?.text);
  }
  const expected = new Map([["Types", await namedTypes()]]);
  for (const [path, fn] of await publicFunctions()) expected.set(path, await signatureOf(path, fn));
  expect(sorted(documented)).toEqual(sorted(expected));
});

it("[AP5] the table of errors is that of the code", async () => {
  const rows = Object.entries(ERRORS).map(async ([code, { sentence, isRetryable }]) => {
    const status = String(await statusOf(code as ErrorCode));
    return [code, status, isRetryable ? "yes" : "no", sentence];
  });
  expect(tableRows(OVERVIEW, "Errors")).toEqual(await Promise.all(rows));
});

it("[AP5] the table of limits is that of the code", () => {
  const rows = Object.entries(limits).map(([name, value]) => [name, value.toLocaleString("en")]);
  const table = tableRows(OVERVIEW, "Limits").map(([name, value]) => [name, value]);
  expect(table.sort()).toEqual(rows.sort());
});

it("[AP5] the table of close codes is that of the code", () => {
  const rows = Object.values(CLOSE_CODES).map(({ code, reason, isFinal }) => {
    return [String(code), reason, isFinal ? "yes" : "no"];
  });
  expect(tableRows("docs/api/sockets.md", "Close codes").map((row) => row.slice(0, 3))).toEqual(
    rows,
  );
});

it("[AP5] the table of events names them all", () => {
  const events = tutorFrames().flatMap((frame) => /^← event (\w+)$/.exec(frame)?.[1] ?? []);
  const named = tableRows("docs/api/sockets.md", "Events").map(([name]) => name);
  expect(named.sort()).toEqual(events.sort());
});

function sorted(map: Map<string, string | undefined>) {
  return [...map].sort(([a], [b]) => a.localeCompare(b));
}

/** The status with which the gateway tells an error. */
async function statusOf(code: ErrorCode): Promise<number> {
  const app = new Hono<HttpEnv>();
  app.get("/", () => {
    throw appError(code);
  });
  app.onError((error, c) => errorResponse(c, error));
  return (await app.request("/")).status;
}
