/**
 * The environment variables of the functions, from two sources. Those GIVEN by whoever starts the engine
 * are fixed while it runs; those STORED are set by `npx convex env` and kept with the data. A
 * given variable hides a stored one of the same name and cannot be set from outside, so that nothing
 * set there is silently lost at the next start.
 */
import { commitWrite, readSnapshot } from "../functions/transactions/commitWrite.ts";
import type { Database } from "../store/database.ts";
import type { Transaction } from "../transaction/transaction.ts";

const TABLE = "_environment_variables";
/** Convex's limits. */
const MAX_VARIABLES = 1_000;
const MAX_NAME_CHARS = 40;
const MAX_VALUE_BYTES = 8_192;
const RESERVED = new Set(["CONVEX_CLOUD_URL", "CONVEX_SITE_URL"]);

export type Variables = Readonly<Record<string, string>>;
/** `undefined` removes. */
export type VariableChanges = Readonly<Record<string, string | undefined>>;

/** Why a variable cannot be set; the message is for whoever wants to. */
export class EnvironmentVariableError extends Error {}

export type EnvironmentVariablesDeps = {
  database: Database;
  /** Gives the functions what has changed. Rejects if they do not load with it; then nothing changes. */
  apply(changes: VariableChanges): Promise<void>;
};

export class EnvironmentVariables {
  readonly #deps: EnvironmentVariablesDeps;
  #given: Variables;
  #stored: Variables;

  constructor(given: Variables, deps: EnvironmentVariablesDeps) {
    this.#deps = deps;
    this.#given = given;
    this.#stored = readSnapshot(deps.database, readStored);
  }

  /** What the functions see, sorted by name. */
  list(): [name: string, value: string][] {
    return Object.entries({ ...this.#stored, ...this.#given }).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Changes what was given. @throws what `apply` throws */
  async changeGiven(changes: VariableChanges): Promise<void> {
    const given = changed(this.#given, changes);
    const effective = { ...changes };
    for (const name of Object.keys(changes)) effective[name] ??= this.#stored[name];
    await this.#deps.apply(effective);
    this.#given = given;
  }

  /** Changes what is stored, all or nothing. @throws EnvironmentVariableError, what `apply` throws */
  async changeStored(changes: VariableChanges): Promise<void> {
    for (const [name, value] of Object.entries(changes)) this.#check(name, value);
    const stored = changed(this.#stored, changes);
    if (Object.keys(stored).length > MAX_VARIABLES) {
      throw new EnvironmentVariableError(`There may be at most ${MAX_VARIABLES} variables.`);
    }
    await this.#deps.apply(changes);
    try {
      await commitWrite(this.#deps.database, (tx) => writeStored(tx, changes));
    } catch (error) {
      const before = Object.keys(changes).map((name) => [name, this.#stored[name]] as const);
      await this.#deps.apply(Object.fromEntries(before));
      throw error;
    }
    this.#stored = stored;
  }

  #check(name: string, value: string | undefined): void {
    if (Object.hasOwn(this.#given, name)) {
      throw new EnvironmentVariableError(
        `${name} is given by whoever starts the engine (its --env-file, for one): change it there.`,
      );
    }
    if (!/^[A-Za-z_]\w*$/.test(name) || name.length > MAX_NAME_CHARS || RESERVED.has(name)) {
      throw new EnvironmentVariableError(
        `"${name}" cannot be the name of a variable: letters, digits and underscores, at most ` +
          `${MAX_NAME_CHARS}, none of ${[...RESERVED].join(", ")}.`,
      );
    }
    if (value !== undefined && Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      throw new EnvironmentVariableError(
        `The value of ${name} is longer than ${MAX_VALUE_BYTES} bytes.`,
      );
    }
  }
}

/** Depends, as far as subscriptions are concerned, on every stored variable. */
export function readStored(tx: Transaction): Variables {
  const variables: Record<string, string> = {};
  for (const row of storedRows(tx)) variables[row["name"] as string] = row["value"] as string;
  return variables;
}

function writeStored(tx: Transaction, changes: VariableChanges): void {
  for (const row of [...storedRows(tx)]) {
    if (Object.hasOwn(changes, row["name"] as string)) tx.system.delete(TABLE, row._id);
  }
  for (const [name, value] of Object.entries(changes)) {
    if (value !== undefined) tx.system.insert(TABLE, { name, value });
  }
}

function* storedRows(tx: Transaction) {
  const cursor = tx.system.openQuery({
    source: { type: "FullTableScan", tableName: TABLE, order: "asc" },
    operators: [],
  });
  for (let row = cursor.next(); row !== null; row = cursor.next()) yield row;
}

function changed(variables: Variables, changes: VariableChanges): Variables {
  const next = Object.entries({ ...variables, ...changes });
  return Object.fromEntries(
    next.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
