/**
 * `fetch`, `Request` and `Response` of the default runtime: the host's, except that objects they make
 * belong to this context. Runs inside the context.
 */
import type { Host } from "./host.ts";

type Body = { text(): Promise<string> };
type BodyClass = new (...args: unknown[]) => Body;

export function installWebClasses(host: Host): void {
  const ContextRequest = withOwnJson(host.globals["Request"] as BodyClass, "Request");
  const HostResponse = host.globals["Response"] as BodyClass & {
    readonly error: () => object;
    readonly json: (...args: unknown[]) => object;
    readonly redirect: (...args: unknown[]) => object;
  };
  const ContextResponse = withOwnJson(HostResponse, "Response");
  const adoptResponse = (response: object) =>
    Object.setPrototypeOf(response, ContextResponse.prototype as object) as object;
  Object.assign(ContextResponse, {
    error: () => adoptResponse(HostResponse.error()),
    json: (...args: unknown[]) => adoptResponse(HostResponse.json(...args)),
    redirect: (...args: unknown[]) => adoptResponse(HostResponse.redirect(...args)),
  });
  define("Request", ContextRequest);
  define("Response", ContextResponse);
  define("fetch", async (input: unknown, init?: unknown) => {
    const refusal = host.refusal("fetch");
    if (refusal !== null) throw new Error(refusal);
    return adoptResponse(await host.fetch(input, init));
  });
}

function withOwnJson(HostClass: BodyClass, name: string): BodyClass {
  const Own = class extends HostClass {
    async json(): Promise<unknown> {
      return JSON.parse(await this.text()) as unknown;
    }
  };
  Object.defineProperty(Own, "name", { value: name });
  return Own;
}

/** Gives plain objects, arrays, maps, sets and dates that the host made this context's prototypes. */
export function adoptPrototypes(value: unknown, seen = new Set<unknown>()): unknown {
  if (typeof value !== "object" || value === null || seen.has(value)) return value;
  seen.add(value);
  const kind = Object.prototype.toString.call(value);
  if (kind === "[object Object]" || kind === "[object Array]") {
    Object.setPrototypeOf(value, kind === "[object Array]" ? Array.prototype : Object.prototype);
    for (const inner of Object.values(value)) adoptPrototypes(inner, seen);
  } else if (kind === "[object Map]") {
    Object.setPrototypeOf(value, Map.prototype);
    for (const entry of value as Map<unknown, unknown>) {
      adoptPrototypes(entry[0], seen);
      adoptPrototypes(entry[1], seen);
    }
  } else if (kind === "[object Set]") {
    Object.setPrototypeOf(value, Set.prototype);
    for (const inner of value as Set<unknown>) adoptPrototypes(inner, seen);
  } else if (kind === "[object Date]") {
    Object.setPrototypeOf(value, Date.prototype as object);
  }
  return value;
}

/** Wraps an incoming request of the host for a handler of this context. */
export function adoptRequest(request: unknown): unknown {
  const { Request: ContextRequest } = globalThis as unknown as { Request: { prototype: object } };
  return Object.setPrototypeOf(request, ContextRequest.prototype) as unknown;
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
