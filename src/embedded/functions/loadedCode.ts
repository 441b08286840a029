/**
 * A bundle that was evaluated: what it defines, and the contexts in which it runs. Never changes; new
 * code or new environment variables make a new one.
 */
import { EmbeddedConvexError } from "../embeddedConvexError.ts";
import { firstCronTime } from "../scheduler/cronTimes.ts";
import { EMPTY_SCHEMA, parseSchema } from "../schema/schema.ts";
import type { Schema } from "../schema/schema.ts";
import { DatabaseError } from "../store/databaseError.ts";
import type { AnalyzedFunction, AuthConfig, CronSpec } from "./analyzedFunction.ts";
import type { FunctionBundle } from "./bundle.ts";
import type { DescribedExport } from "./describedExport.ts";
import type { Thrown } from "./context/host.ts";
import { failureOf } from "./functionFailure.ts";
import type { FunctionTable } from "./functionTable.ts";
import { canonicalPath } from "./functionPath.ts";
import { Isolate } from "./isolate.ts";
import { loadExecution } from "./loadExecution.ts";
import { NodeActions } from "./nodeActions.ts";
import { ISOLATE_FILE, StackTraces } from "./stackTraces.ts";

export interface LoadOptions {
  readonly bundle: FunctionBundle;
  readonly environment: Readonly<Record<string, string>>;
  /** Ms since epoch. */
  readonly now: () => number;
}

export class LoadedCode implements FunctionTable {
  readonly bundle: FunctionBundle;
  readonly functions = new Map<string, AnalyzedFunction>();
  readonly traces: StackTraces;
  readonly nodeActions: NodeActions;
  schema: Schema = EMPTY_SCHEMA;
  crons: ReadonlyMap<string, CronSpec> = new Map();
  authConfig: AuthConfig | null = null;
  /** Paths and methods of `http.ts`; null without one. */
  routes: readonly { readonly path: string; readonly method: string }[] | null = null;

  readonly #options: LoadOptions;
  #forTransactions: Promise<Isolate>;
  #forActions: Promise<Isolate> | undefined;

  /** @throws EmbeddedConvexError FUNCTIONS_INVALID, naming the file */
  static async load(options: LoadOptions): Promise<LoadedCode> {
    const code = new LoadedCode(options);
    try {
      await code.#analyze();
      return code;
    } catch (error) {
      await code.nodeActions.close();
      throw error;
    }
  }

  private constructor(options: LoadOptions) {
    this.#options = options;
    this.bundle = options.bundle;
    const { functionsDir } = options.bundle;
    this.nodeActions = new NodeActions({ environment: options.environment, functionsDir });
    this.traces = new StackTraces(options.bundle.isolate.sourceMap);
    this.#forTransactions = this.#createIsolate("transactions");
  }

  /** The context for queries and mutations: a fresh one after a function had to be cut off in it. */
  async forTransactions(): Promise<Isolate> {
    const current = this.#forTransactions;
    const isolate = await current;
    if (!isolate.isLost) return isolate;
    // Whoever waited for the same one finds it replaced already.
    if (this.#forTransactions === current) this.#forTransactions = this.#recreate();
    return await this.forTransactions();
  }

  /** Loads all modules before the first call, as the first context had them. */
  async #recreate(): Promise<Isolate> {
    const isolate = await this.#createIsolate("transactions");
    for (const { path, environment } of this.bundle.modules) {
      if (environment === "isolate") isolate.describeModule(path);
    }
    return isolate;
  }

  /** The context for actions, made at their first call. */
  forActions(): Promise<Isolate> {
    this.#forActions ??= this.#createIsolate("actions");
    return this.#forActions;
  }

  #createIsolate(mode: "transactions" | "actions"): Promise<Isolate> {
    return Isolate.create({
      script: this.bundle.isolate,
      mode,
      environment: this.#options.environment,
      loading: loadExecution(this.#options.now()),
    });
  }

  async #analyze(): Promise<void> {
    const isolate = await this.#forTransactions.catch((error: unknown) => {
      throw this.#unknownSyntax(error as Partial<Error>);
    });
    for (const module of this.bundle.modules) {
      if (module.environment === "node") continue;
      const text = this.#try(module.path, () => isolate.describeModule(module.path));
      this.#addFunctions(module.path, "isolate", JSON.parse(text) as DescribedExport[]);
    }
    this.#readDefinitions(isolate);
    const described = await this.nodeActions.describe(this.bundle.node);
    for (const [path, exports] of described) this.#addFunctions(path, "node", exports);
    this.#checkCrons();
  }

  /** The bundler lets through what it knows, which is more than this version of V8 does. */
  #unknownSyntax(error: Partial<Error>): unknown {
    const { name, message = "", stack = "" } = error;
    const [place = "", , caret = ""] = stack.split("\n");
    if (name !== "SyntaxError" || !place.startsWith(ISOLATE_FILE)) return error;
    const frame = this.traces.frames(`    at ${place}:${caret.indexOf("^") + 1}`);
    return invalid([`SyntaxError: ${message}`, ...frame].join("\n"), error);
  }

  #addFunctions(
    module: string,
    environment: AnalyzedFunction["environment"],
    exports: readonly DescribedExport[],
  ): void {
    for (const { name, kind, ...rest } of exports) {
      if (environment === "node" && kind !== "action") {
        throw invalid(
          `${module}: ${name} is a ${kind}, but a file with "use node" may only hold actions.`,
        );
      }
      const path = `${module}:${name}`;
      this.functions.set(path, { path, kind, environment, ...rest });
    }
  }

  #readDefinitions(isolate: Isolate): void {
    const read = (module: string): string | null =>
      this.#try(module, () => isolate.describeDefinition(module));
    const has = (module: string) => this.bundle.definitions.has(module);
    const isModule = (name: string) => this.bundle.modules.some(({ path }) => path === name);
    if (has("convex.config")) rejectComponents(() => read("convex.config"));
    if (has("schema")) {
      const text = read("schema");
      if (text === null) throw invalid("schema: the schema must be the default export.");
      this.schema = this.#try("schema", () => parseSchema(text));
    }
    if (has("auth.config")) {
      this.authConfig = JSON.parse(read("auth.config") ?? "null") as AuthConfig | null;
    }
    if (isModule("crons")) {
      const exported = JSON.parse(read("crons") ?? "{}") as Record<string, CronSpec>;
      this.crons = new Map(Object.entries(exported));
    }
    if (isModule("http")) {
      const routes = read("http");
      if (routes === null) throw invalid("http: the router must be the default export.");
      this.routes = JSON.parse(routes) as { path: string; method: string }[];
    }
  }

  #checkCrons(): void {
    for (const [name, { name: path, schedule }] of this.crons) {
      const found = this.functions.get(canonicalPath(path));
      if (found === undefined || (found.kind !== "mutation" && found.kind !== "action")) {
        throw invalid(`crons: "${name}" runs ${path}, which is no mutation or action.`);
      }
      this.#try("crons", () => firstCronTime(name, schedule, this.#options.now()));
    }
  }

  /** Says which module it was that failed. */
  #try<T>(module: string, task: () => T): T {
    try {
      return task();
    } catch (error) {
      if (error instanceof DatabaseError) throw invalid(`${module}: ${error.message}`, error);
      const reason =
        error instanceof Error ? error.message : failureOf(error as Thrown, this.traces).message;
      throw invalid(`Failed to load ${module}: ${reason}`, error);
    }
  }
}

const NO_COMPONENTS =
  "convex.config: Embedded Convex does not run components; the app may define none with `use`.";

function rejectComponents(read: () => string | null): void {
  let definition: { childComponents?: unknown[] };
  try {
    definition = JSON.parse(read() ?? "{}") as typeof definition;
  } catch (error) {
    // What `use` says when nobody has marked the definitions, which only Convex's deployment does.
    const isUse = error instanceof Error && error.message.includes("componentDefinitionPath");
    throw isUse ? invalid(NO_COMPONENTS, error) : error;
  }
  if ((definition.childComponents ?? []).length > 0) throw invalid(NO_COMPONENTS);
}

function invalid(message: string, cause?: unknown): EmbeddedConvexError {
  return new EmbeddedConvexError("FUNCTIONS_INVALID", message, { cause });
}
