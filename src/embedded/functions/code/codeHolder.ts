/**
 * Holds the code that is current and makes new code of changes, one at a time: each begins with what the
 * last one left. What does not load, or does not fit the data, changes nothing.
 */
import { EMPTY_SCHEMA } from "../../schema/schema.ts";
import type { Database } from "../../store/database.ts";
import { NO_FUNCTIONS, type FunctionBundle } from "../build/bundle.ts";
import { LoadedCode } from "./loadedCode.ts";

type Variables = Readonly<Record<string, string>>;

export interface CodeHolderDeps {
  readonly database: Pick<Database, "applySchema">;
  readonly environment: Variables;
  readonly cloudUrl: string;
  readonly siteUrl: string;
}

export class CodeHolder {
  readonly #deps: CodeHolderDeps;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #loaded: LoadedCode | undefined;
  #variables: Variables;
  #changing: Promise<void> = Promise.resolve();

  /** @param now ms since epoch */
  constructor(deps: CodeHolderDeps, now: () => number) {
    this.#deps = deps;
    this.#now = now;
    this.#variables = { ...deps.environment };
  }

  current(): LoadedCode {
    if (this.#loaded === undefined) throw new Error("No functions are loaded yet.");
    return this.#loaded;
  }

  variables(): Variables {
    return this.#variables;
  }

  /** @throws EmbeddedConvexError FUNCTIONS_INVALID */
  evaluate(bundle: FunctionBundle, environment = this.#variables): Promise<LoadedCode> {
    const { cloudUrl, siteUrl } = this.#deps;
    const systemEnvironment = { CONVEX_CLOUD_URL: cloudUrl, CONVEX_SITE_URL: siteUrl };
    return LoadedCode.load({ bundle, environment, systemEnvironment, now: this.#now });
  }

  /** @throws EmbeddedConvexError FUNCTIONS_INVALID, SchemaMismatchError */
  load(bundle: FunctionBundle): Promise<void> {
    return this.#change(async () => this.#swap(await this.evaluate(bundle)));
  }

  /** Takes the code over, also when it fails. @throws as `load` does */
  install(code: LoadedCode): Promise<void> {
    return this.#change(async () => {
      if (code.environment === this.#variables) {
        await this.#swap(code);
      } else {
        await code.close(); // variables have changed since it was evaluated
        await this.#swap(await this.evaluate(code.bundle));
      }
    });
  }

  /** `undefined` removes. @throws as `load` does */
  changeVariables(changes: Readonly<Record<string, string | undefined>>): Promise<void> {
    return this.#change(async () => {
      const next = Object.entries({ ...this.#variables, ...changes }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const variables = Object.fromEntries(next);
      if (this.#loaded === undefined) this.#variables = variables;
      else await this.#swap(await this.evaluate(this.#loaded.bundle, variables));
    });
  }

  onLoad(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#changing;
    await this.#loaded?.close();
  }

  #change(task: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(task);
    this.#changing = done.catch(() => undefined); // the caller hears of it; the next is not its heir
    return done;
  }

  async #swap(code: LoadedCode): Promise<void> {
    try {
      // Without functions there is nothing that says which schema the data has.
      if (code.bundle !== NO_FUNCTIONS) {
        const app = code.schemas.get("") ?? EMPTY_SCHEMA;
        await this.#deps.database.applySchema(app, code.schemas);
      }
    } catch (error) {
      await code.close();
      throw error;
    }
    const retired = this.#loaded;
    this.#loaded = code;
    this.#variables = code.environment;
    for (const listener of this.#listeners) listener();
    await retired?.retire();
  }
}
