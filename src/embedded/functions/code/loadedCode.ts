/**
 * A bundle that was evaluated: what it defines, and the contexts in which it runs. Never changes; new
 * code or new environment variables make a new one.
 */
import { EmbeddedConvexError } from "../../embeddedConvexError.ts";
import { firstCronTime } from "../../scheduler/cronTimes.ts";
import { EMPTY_SCHEMA, parseSchema } from "../../schema/schema.ts";
import type { Schema } from "../../schema/schema.ts";
import { DatabaseError } from "../../store/databaseError.ts";
import type { AnalyzedFunction, AuthConfig, CronSpec } from "./analyzedFunction.ts";
import { definitionAt } from "../build/bundle.ts";
import type { DefinitionBundle, FunctionBundle } from "../build/bundle.ts";
import { componentTree, parseComponentDefinition } from "./componentTree.ts";
import type { ComponentDefinition, ComponentInstance, HttpMount } from "./componentTree.ts";
import type { DescribedExport } from "./describedExport.ts";
import type { Thrown } from "../context/host.ts";
import { failureOf } from "../functionFailure.ts";
import type { FunctionTable } from "./functionTable.ts";
import { canonicalPath, inComponent } from "../functionPath.ts";
import { contextSource } from "../isolate/contextCode.ts";
import { Isolate } from "../isolate/isolate.ts";
import { IsolateActions } from "../actions/isolateActions.ts";
import { NodeActions } from "../actions/nodeActions.ts";
import { scriptName, StackTraces } from "../logs/stackTraces.ts";

const CRON_NAME = /^[\x20-\x7e]*$/; // as on Convex

export interface LoadOptions {
  readonly bundle: FunctionBundle;
  /** Variables of the app. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that every component has. */
  readonly systemEnvironment: Readonly<Record<string, string>>;
  /** Ms since epoch. */
  readonly now: () => number;
}

export interface HttpRoute {
  readonly path: string;
  readonly method: string;
}

export class LoadedCode implements FunctionTable {
  readonly bundle: FunctionBundle;
  readonly functions = new Map<string, AnalyzedFunction>();
  readonly traces: StackTraces;
  readonly nodeActions: NodeActions;
  /** By component, the app's under "". */
  readonly schemas = new Map<string, Schema>();
  /** By name, in components by `component::name`; what they run is a path of the whole deployment. */
  readonly crons = new Map<string, CronSpec>();
  authConfig: AuthConfig | null = null;
  /** Routes of the `http.ts` that components have; the app's under "". */
  readonly routers = new Map<string, readonly HttpRoute[]>();
  instances: readonly ComponentInstance[] = [];
  /** Where requests to components arrive. */
  mounts: readonly HttpMount[] = [];
  /** Where the app's own routes begin; ends in a slash. */
  httpPrefix = "/";

  /** What each `convex.config` exports, as JSON text, by definition path; null without one. */
  readonly exports = new Map<string, string | null>();

  readonly #options: LoadOptions;
  /** Undefined: to be made for the next call. */
  #forTransactions: Promise<Isolate> | undefined;
  #forActions: Promise<IsolateActions> | undefined;

  /** The variables of the app that it was evaluated with. */
  get environment(): Readonly<Record<string, string>> {
    return this.#options.environment;
  }

  /** @throws EmbeddedConvexError FUNCTIONS_INVALID, naming the file */
  static async load(options: LoadOptions): Promise<LoadedCode> {
    const code = new LoadedCode(options);
    try {
      await code.#analyze();
      return code;
    } catch (error) {
      await code.close();
      throw error;
    }
  }

  private constructor(options: LoadOptions) {
    const { bundle } = options;
    this.#options = options;
    this.bundle = bundle;
    const { functionsDir } = bundle;
    const environment = { ...options.environment, ...options.systemEnvironment };
    this.nodeActions = new NodeActions({ environment, functionsDir });
    const definitions = [["", bundle.app] as const, ...bundle.components];
    this.traces = new StackTraces(
      new Map(definitions.map(([path, { isolate }]) => [scriptName(path), isolate.sourceMap])),
    );
    this.#forTransactions = this.#createIsolate();
  }

  /** The context for queries and mutations: a fresh one after a function had to be cut off in it. */
  async forTransactions(): Promise<Isolate> {
    const current = (this.#forTransactions ??= this.#recreate());
    try {
      const isolate = await current;
      if (!isolate.isLost) return isolate;
    } catch (error) {
      this.#forget(current); // by a machine out of breath: this call fails, the next one tries anew
      throw error;
    }
    this.#forget(current);
    return await this.forTransactions();
  }

  /** Whoever waited for the same one finds it replaced already. */
  #forget(isolate: Promise<Isolate>): void {
    if (this.#forTransactions === isolate) this.#forTransactions = undefined;
  }

  /** Loads all modules before the first call, as the first context had them. */
  async #recreate(): Promise<Isolate> {
    const isolate = await this.#createIsolate();
    for (const { path, definitionPath } of this.instances) {
      for (const module of this.#definition(definitionPath).modules) {
        if (module.environment === "isolate") isolate.describeModule(path, module.path);
      }
    }
    return isolate;
  }

  /** The workers for actions and HTTP actions, made at their first call. */
  forActions(): Promise<IsolateActions> {
    this.#forActions ??= this.#createActions();
    return this.#forActions;
  }

  async #createActions(): Promise<IsolateActions> {
    const components = this.instances.map((instance) => {
      const { source } = this.#definition(instance.definitionPath).isolate;
      return { instance, source };
    });
    const loadedAt = this.#options.now();
    return new IsolateActions({ contextSource: await contextSource(), components, loadedAt });
  }

  /** Lets running actions finish. */
  async retire(): Promise<void> {
    this.nodeActions.retire();
    (await this.#forActions)?.retire();
  }

  /** Ends running actions. */
  async close(): Promise<void> {
    await this.nodeActions.close();
    await (await this.#forActions)?.close();
  }

  /** With the code of all instances, once they are known. */
  async #createIsolate(): Promise<Isolate> {
    const isolate = await Isolate.create({ mode: "transactions", loadedAt: this.#options.now() });
    for (const instance of this.instances) this.#install(isolate, instance);
    return isolate;
  }

  #install(isolate: Isolate, instance: ComponentInstance): void {
    isolate.install(instance, this.#definition(instance.definitionPath).isolate);
  }

  #definition(definitionPath: string): DefinitionBundle {
    return definitionAt(this.bundle, definitionPath);
  }

  async #analyze(): Promise<void> {
    const isolate = await this.forTransactions();
    this.#readTree(isolate);
    for (const instance of this.instances) this.#readInstance(isolate, instance);
    const described = await this.nodeActions.describeFiles(this.bundle.node);
    for (const [path, exports] of described) this.#addFunctions("", path, "node", exports);
    this.#checkCrons();
  }

  /** Installs each component in the context and asks its definition for its children. */
  #readTree(isolate: Isolate): void {
    const define = (instance: ComponentInstance): ComponentDefinition => {
      try {
        this.#install(isolate, instance);
      } catch (error) {
        throw this.#unknownSyntax(instance, error as Partial<Error>);
      }
      const { definitions } = this.#definition(instance.definitionPath);
      const exported = definitions.has("convex.config")
        ? this.#try(instance, "convex.config", () =>
            isolate.describeDefinition(instance.path, "convex.config"),
          )
        : null;
      this.exports.set(instance.definitionPath, exported);
      return this.#try(instance, "convex.config", () => parseComponentDefinition(exported));
    };
    const { environment, systemEnvironment } = this.#options;
    try {
      Object.assign(this, componentTree(define, environment, systemEnvironment));
    } catch (error) {
      if (error instanceof EmbeddedConvexError) throw error;
      throw invalid(error instanceof Error ? error.message : String(error), error);
    }
  }

  /** The bundler lets through what it knows, which is more than this version of V8 does. */
  #unknownSyntax({ definitionPath }: ComponentInstance, error: Partial<Error>): unknown {
    const { name, message = "", stack = "" } = error;
    const [place = "", , caret = ""] = stack.split("\n");
    if (name !== "SyntaxError" || !place.startsWith(scriptName(definitionPath))) return error;
    const frame = this.traces.frames(`    at ${place}:${caret.indexOf("^") + 1}`);
    return invalid([`SyntaxError: ${message}`, ...frame].join("\n"), error);
  }

  #addFunctions(
    component: string,
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
      const path = inComponent(component, `${module}:${name}`);
      this.functions.set(path, { path, component, kind, environment, ...rest });
    }
  }

  #readInstance(isolate: Isolate, instance: ComponentInstance): void {
    const { path: component, definitionPath } = instance;
    const { modules, definitions } = this.#definition(definitionPath);
    for (const { path, environment } of modules) {
      if (environment === "node") continue;
      const text = this.#try(instance, path, () => isolate.describeModule(component, path));
      this.#addFunctions(component, path, "isolate", JSON.parse(text) as DescribedExport[]);
    }
    const read = (module: string): string | null =>
      this.#try(instance, module, () => isolate.describeDefinition(component, module));
    const isModule = (name: string) => modules.some(({ path }) => path === name);
    if (definitions.has("schema")) {
      const text = read("schema");
      if (text === null) throw invalid("schema: the schema must be the default export.");
      this.schemas.set(
        component,
        this.#try(instance, "schema", () => parseSchema(text)),
      );
    } else {
      this.schemas.set(component, EMPTY_SCHEMA);
    }
    if (component === "" && definitions.has("auth.config")) {
      this.authConfig = JSON.parse(read("auth.config") ?? "null") as AuthConfig | null;
    }
    if (isModule("crons")) this.#addCrons(component, read("crons") ?? "{}");
    if (isModule("http")) {
      const routes = read("http");
      if (routes === null) throw invalid("http: the router must be the default export.");
      this.routers.set(component, JSON.parse(routes) as HttpRoute[]);
    }
  }

  #addCrons(component: string, exported: string): void {
    for (const [name, spec] of Object.entries(JSON.parse(exported) as Record<string, CronSpec>)) {
      if (!CRON_NAME.test(name)) {
        throw invalid(`crons: the name "${name}" has other characters than those of ASCII.`);
      }
      const path = inComponent(component, canonicalPath(spec.name));
      const own = component === "" ? spec : { ...spec, name: path };
      this.crons.set(inComponent(component, name), own);
    }
  }

  #checkCrons(): void {
    for (const [name, { name: path, schedule }] of this.crons) {
      const found = this.functions.get(canonicalPath(path));
      if (found === undefined || (found.kind !== "mutation" && found.kind !== "action")) {
        throw invalid(`crons: "${name}" runs ${path}, which is no mutation or action.`);
      }
      this.#try(APP_INSTANCE, "crons", () => firstCronTime(name, schedule, this.#options.now()));
    }
  }

  /** Says which module it was that failed. */
  #try<T>(
    { definitionPath }: Pick<ComponentInstance, "definitionPath">,
    module: string,
    task: () => T,
  ): T {
    const where = definitionPath === "" ? module : `${definitionPath}/${module}`;
    try {
      return task();
    } catch (error) {
      if (error instanceof DatabaseError) throw invalid(`${where}: ${error.message}`, error);
      const reason =
        error instanceof Error ? error.message : failureOf(error as Thrown, this.traces).message;
      throw invalid(`Failed to load ${where}: ${reason}`, error);
    }
  }
}

const APP_INSTANCE = { definitionPath: "" };

function invalid(message: string, cause?: unknown): EmbeddedConvexError {
  return new EmbeddedConvexError("FUNCTIONS_INVALID", message, { cause });
}
