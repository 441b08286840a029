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
  const components = new Map<string, Modules>();
  const load: Load = (component, module) => {
    const { table, loaded } = components.get(component) ?? NO_MODULES;
    const exports = loaded.get(module) ?? table[module]?.();
    if (exports === undefined) throw new Error(`There is no module "${module}".`);
    loaded.set(module, exports);
    return exports;
  };
  return {
    useModules(component, table) {
      const known = components.get(component)?.table;
      components.set(component, { table: { ...known, ...table }, loaded: new Map() });
    },
    start(job, settle) {
      const fail = (thrown: unknown) => settle({ ok: false, thrown: describeThrown(thrown) });
      try {
        run(load, job).then((value) => settle({ ok: true, value }), fail);
      } catch (thrown) {
        fail(thrown);
      }
    },
    describeModule: (component, module) => JSON.stringify(describeExports(load(component, module))),
    describeDefinition: (component, module) =>
      describeDefinition(load(component, module)["default"]),
    describeThrown,
  } satisfies ContextApi;
}

/** The modules of one component. */
interface Modules {
  readonly table: Record<string, () => Exports>;
  /** A module of the bundle is copied each time it is asked. */
  readonly loaded: Map<string, Exports>;
}
const NO_MODULES: Modules = { table: {}, loaded: new Map() };
type Load = (component: string, module: string) => Exports;

function run(load: Load, job: Job): Promise<unknown> {
  if (job.kind === "httpAction") {
    const router = load(job.component, "http")["default"] as Router;
    const request = adoptRequest(job.request) as { readonly method: string };
    const match = router.lookup(job.path, request.method);
    if (match === null) return Promise.resolve(null);
    return call(match[0], "invokeHttpAction", request);
  }
  const registered = load(job.component, job.module)[job.export] as Registered;
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
