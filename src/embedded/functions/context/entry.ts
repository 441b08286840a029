/**
 * The first code that runs in a fresh context: installs the globals and returns the doors through
 * which the engine loads, describes and starts functions.
 */
import { installGlobals } from "./globals.ts";
import { describeExports } from "./describeExports.ts";
import { describeThrown } from "./describeThrown.ts";
import type { ContextApi, Host, Job } from "./host.ts";
import { adoptRequest } from "./webClasses.ts";

type Exports = Record<string, unknown>;
type Registered = Record<string, (...args: unknown[]) => Promise<unknown>>;
interface Router {
  lookup(path: string, method: string): [Registered, string, string] | null;
}

export function installContext(host: Host): ContextApi {
  installGlobals(host);
  let modules: Record<string, () => Exports> = {};
  const loaded = new Map<string, Exports>(); // a module of the bundle is copied each time it is asked
  const load = (module: string): Exports => {
    const exports = loaded.get(module) ?? modules[module]?.();
    if (exports === undefined) throw new Error(`There is no module "${module}".`);
    loaded.set(module, exports);
    return exports;
  };
  return {
    useModules: (table) => void (modules = table),
    start(job, settle) {
      const fail = (thrown: unknown) => settle({ ok: false, thrown: describeThrown(thrown) });
      try {
        run(load, job).then((value) => settle({ ok: true, value }), fail);
      } catch (thrown) {
        fail(thrown);
      }
    },
    describeModule: (module) => JSON.stringify(describeExports(load(module))),
    describeDefinition: (module) => describeDefinition(load(module)["default"]),
    describeThrown,
  } satisfies ContextApi;
}

function run(load: (module: string) => Exports, job: Job): Promise<unknown> {
  if (job.kind === "httpAction") {
    const router = load("http")["default"] as Router;
    const request = adoptRequest(job.request) as { readonly method: string };
    const match = router.lookup(job.path, request.method);
    if (match === null) return Promise.resolve(null);
    return call(match[0], "invokeHttpAction", request);
  }
  const registered = load(job.module)[job.export] as Registered;
  switch (job.kind) {
    case "query":
      return call(registered, "invokeQuery", job.args);
    case "mutation":
      return call(registered, "invokeMutation", job.args);
    case "action":
      return call(registered, "invokeAction", "", job.args);
  }
}

function call(registered: Registered, method: string, ...args: unknown[]): Promise<unknown> {
  const invoke = registered[method];
  if (invoke === undefined) throw new Error(`The function has no ${method}.`);
  return invoke.apply(registered, args);
}

/** Schemas, crons and app definitions export themselves; a router tells its routes; the rest is data. */
function describeDefinition(value: unknown): string | null {
  if (value === undefined) return null;
  const definition = value as {
    export?: () => string;
    getRoutes?: () => [string, string, object][];
  };
  if (typeof definition.export === "function") {
    const exported: unknown = definition.export();
    return typeof exported === "string" ? exported : JSON.stringify(exported);
  }
  if (typeof definition.getRoutes === "function") {
    return JSON.stringify(definition.getRoutes().map(([path, method]) => ({ path, method })));
  }
  return JSON.stringify(value);
}
