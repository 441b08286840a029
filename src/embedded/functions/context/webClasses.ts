/**
 * `fetch`, `Request` and `Response` of the default runtime: the host's, except that objects they make
 * belong to this context. Runs inside the context.
 */
import type { Host } from "./host.ts";

type Body = { text(): Promise<string> };
type BodyClass = new (...args: unknown[]) => Body;

/** Statuses that HTTP sends without a body. */
const BODILESS_STATUSES = new Set([204, 205, 304]);

export function installWebClasses(host: Host): void {
  const ContextRequest = withOwnJson(host.globals["Request"] as BodyClass, "Request");
  const HostResponse = host.globals["Response"] as BodyClass & {
    readonly error: () => object;
    readonly json: (...args: unknown[]) => object;
    readonly redirect: (...args: unknown[]) => object;
  };
  const ContextResponse = withOwnJson(forgivingBodies(HostResponse), "Response");
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

/** On Convex a response may be given a body that its status does not send; others throw. */
function forgivingBodies(HostResponse: BodyClass): BodyClass {
  return class extends HostResponse {
    constructor(...[body, init]: unknown[]) {
      const status = Number((init as { status?: unknown } | undefined)?.status);
      super(BODILESS_STATUSES.has(status) ? null : body, init);
    }
  };
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

/** The prototypes of plain values in this context, by the tag that every realm gives them. */
const PROTOTYPES: Readonly<Record<string, object>> = {
  "[object Object]": Object.prototype,
  "[object Array]": Array.prototype,
  "[object Map]": Map.prototype,
  "[object Set]": Set.prototype,
  "[object Date]": Date.prototype,
};

/** Gives plain values that the host made, and all inside them, this context's prototypes. */
export function adoptPrototypes(value: unknown, seen = new Set<unknown>()): unknown {
  if (typeof value !== "object" || value === null || seen.has(value)) return value;
  seen.add(value);
  const prototype = PROTOTYPES[Object.prototype.toString.call(value)];
  if (prototype === undefined) return value;
  Object.setPrototypeOf(value, prototype);
  for (const item of itemsOf(value)) adoptPrototypes(item, seen);
  return value;
}

function itemsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat();
  return value instanceof Set ? [...value] : Object.values(value);
}

/** Wraps an incoming request of the host for a handler of this context. */
export function adoptRequest(request: unknown): unknown {
  const { Request: ContextRequest } = globalThis as unknown as { Request: { prototype: object } };
  return Object.setPrototypeOf(request, ContextRequest.prototype) as unknown;
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}
