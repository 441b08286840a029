/**
 * What the product offers to the outside, counted from the product's own code: the public functions, the
 * routes, the frames and the close codes. The reference must show an example of each.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { z } from "zod";
import { clientFrame, serverFrame, tutorEvent } from "../../convex/contract/tutorEvents.ts";
import type { BoardMessage } from "../../src/protocol/boardMessages.ts";
import { createHttpApp, type HttpAppDeps } from "../../src/gateway/http/httpApp.ts";
import { createOrigins } from "../../src/gateway/http/origins.ts";
import { systemClock } from "../../src/util/clock.ts";
import type { ExportedFunction } from "./signatures.ts";

/** Every function that a client can call, by its path (`sessions/lifecycle:start`). */
export async function publicFunctions(): Promise<Map<string, ExportedFunction>> {
  const found = new Map<string, ExportedFunction>();
  for (const file of readdirSync("convex", { recursive: true, encoding: "utf8" }).sort()) {
    const isModule = /^(?!_generated)[\w/]+\.ts$/.test(file) && !file.endsWith(".config.ts");
    if (!isModule) continue;
    const path = join("convex", file);
    // What runs in Node alone is slow to load and can hold nothing but actions.
    const isNode = readFileSync(path, "utf8").startsWith('"use node"');
    if (isNode && !/\b(action|studentAction|serviceAction)\(/.test(readFileSync(path, "utf8"))) {
      continue;
    }
    const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (isPublic(value)) found.set(`${file.slice(0, -3)}:${name}`, value);
    }
  }
  return found;
}

function isPublic(value: unknown): value is ExportedFunction {
  return typeof value === "function" && "isPublic" in value && value.isPublic === true;
}

/** `GET /healthz`, `POST /sessions/:sessionId/documents`, …: all but the files of the page. */
export function routes(): string[] {
  const app = createHttpApp({
    clock: systemClock,
    origins: createOrigins([]),
    pageFolder: undefined,
  } as unknown as HttpAppDeps);
  const registered = app.routes.filter(({ method }) => method !== "ALL");
  return [...new Set(registered.map(({ method, path }) => `${method} ${path}`))];
}

/** The one of `routes` that answers a request. */
export function routeOf(method: string, path: string): string | undefined {
  return routes().find((route) => {
    const [routeMethod = "", routePath = ""] = route.split(" ");
    const shape = routePath.replace(/:\w+/g, "[^/]+").replaceAll(".", "\\.");
    return routeMethod === method && new RegExp(`^${shape}$`).test(path);
  });
}

/** `→ ask`, `← welcome`, `← event turnDone`, …: every frame of the tutor socket. */
export function tutorFrames(): string[] {
  return [
    ...typesOf(clientFrame).map((type) => `→ ${type}`),
    ...typesOf(serverFrame)
      .filter((type) => type !== "event")
      .map((type) => `← ${type}`),
    ...typesOf(tutorEvent).map((type) => `← event ${type}`),
  ];
}

function typesOf(union: z.ZodDiscriminatedUnion): string[] {
  return union.options.map((option) => {
    const { type } = (option as unknown as z.ZodObject<{ type: z.ZodLiteral<string> }>).shape;
    return type.value;
  });
}

/** How the reference calls what the server understands on a board socket; complete by its type. */
const FROM_CLIENT = {
  stateVector: ["→ step1"],
  update: ["→ step2", "→ update"],
  presence: ["→ presence"],
  queryPresence: ["→ queryPresence"],
} satisfies Record<BoardMessage["type"], string[]>;

/** Every frame of the board socket, as BoardEnd names them. */
export function boardFrames(): string[] {
  const fromServer = ["step1", "step2", "update", "presence", "denied"].map((word) => `← ${word}`);
  return [...Object.values(FROM_CLIENT).flat(), ...fromServer];
}
