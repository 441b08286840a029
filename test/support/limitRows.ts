/**
 * Tests of limits, one row each: so much passes, one more fails in words that name the limit.
 */
import { expect } from "vitest";
import type { Database } from "../../src/embedded/store/database.ts";
import type { Transaction } from "../../src/embedded/transaction/transaction.ts";
import type { JSONObject } from "../../src/embedded/values/jsonValue.ts";
import { mutate } from "./embeddedStore.ts";

export const MIB = 1024 * 1024;

/** `use` uses as much as it is told of what is limited. */
export type Row<Place> = readonly [
  what: string,
  limit: number,
  says: string,
  use: (place: Place, amount: number) => unknown,
];

export const repeated = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
/** An object with that many fields. */
export const fields = (count: number, name = "f"): JSONObject =>
  Object.fromEntries(repeated(count, (i) => [`${name}${i}`, 1]));
export const times = (count: number, task: (i: number) => unknown): void => {
  for (let i = 0; i < count; i++) task(i);
};
async function isRefused(attempt: () => unknown): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The test of one row. @param open a fresh place for each attempt */
export function limitIn<Place>(open: () => Place | Promise<Place>) {
  return async (...[, limit, says, use]: Row<Place>) => {
    expect(await isRefused(async () => use(await open(), limit))).toBeNull();
    expect(await isRefused(async () => use(await open(), limit + 1))).toContain(says);
  };
}

export function inMutation(use: (tx: Transaction, amount: number) => unknown) {
  return (database: Database, amount: number) => mutate(database, (tx) => use(tx, amount));
}
