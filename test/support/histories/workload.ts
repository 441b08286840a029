/**
 * What clients do: transactions drawn from a seed over a few lists, accounts and counters. Lists are
 * retired once they are long, so that reading them stays cheap; no value is ever appended twice.
 */
import type { FunctionArgs } from "convex/server";
import * as prng from "lib0/prng";

import type { api } from "../../fixtures/convex-projects/histories/convex/_generated/api.js";
import type { ListEvent } from "./history.ts";
import { NOBODY, USERS } from "./historyUser.ts";

export type Step = FunctionArgs<typeof api.lists.transact>["steps"][number];

export const ACCOUNTS = ["ada", "bob", "eve"];
export const OPENING_BALANCE = 100;
export const TOTAL = ACCOUNTS.length * OPENING_BALANCE;

const LISTS_IN_USE = 4;
const MAX_LIST_LENGTH = 30;
const MAX_STEPS = 4;
const FAILING = 0.03; // of all transactions

type Slot = { list: string; appends: number };

export class Workload {
  readonly name: string;
  readonly #slots: Slot[];
  readonly #used: string[] = [];
  #values = 0;

  /** @param name tells its lists from those of other histories on the same engine */
  constructor(name: string) {
    this.name = name;
    this.#slots = Array.from({ length: LISTS_IN_USE }, (_, i) => this.#newSlot(i));
  }

  /** What one user keeps; named as the functions do. */
  listOf(owner: string): string {
    return `rows of ${owner} in ${this.name}`;
  }

  /** Every list that was ever in use. */
  get allLists(): readonly string[] {
    return [...this.#used, ...[...USERS, NOBODY].map((owner) => this.listOf(owner))];
  }

  anyList(random: prng.PRNG): string {
    return prng.oneOf(random, this.#slots).list;
  }

  /** One that no other operation appends. */
  nextValue(): number {
    this.#values += 1;
    return this.#values;
  }

  /** The steps of one transaction. */
  steps(random: prng.PRNG): Step[] {
    const count = prng.int32(random, 1, MAX_STEPS);
    const steps = Array.from({ length: count }, () => this.#step(random));
    if (random.next() < FAILING) steps.push({ kind: "fail" });
    return steps;
  }

  #step(random: prng.PRNG): Step {
    const draw = random.next();
    if (draw < 0.2) return { kind: "read", list: this.anyList(random) };
    if (draw < 0.5) return { kind: "append", ...this.#nextAppend(random) };
    if (draw < 0.7) return { kind: "appendIfEven", ...this.#nextAppend(random) };
    if (draw < 0.76) return { kind: "wait" };
    const [from, to] = [prng.oneOf(random, ACCOUNTS), prng.oneOf(random, ACCOUNTS)];
    return { kind: "transfer", from, to, amount: prng.int32(random, 1, OPENING_BALANCE / 2) };
  }

  #nextAppend(random: prng.PRNG): { list: string; value: number } {
    const index = prng.int32(random, 0, LISTS_IN_USE - 1);
    let slot = this.#slots[index];
    if (slot === undefined || slot.appends >= MAX_LIST_LENGTH) {
      slot = this.#slots[index] = this.#newSlot(index);
    }
    slot.appends += 1;
    return { list: slot.list, value: this.nextValue() };
  }

  #newSlot(index: number): Slot {
    const list = `${index % 2 === 0 ? "rows" : "document"} ${this.name}.${this.#used.length}`;
    this.#used.push(list);
    return { list, appends: 0 };
  }
}

/**
 * What a transaction did, in the terms of a history.
 * @param seen what it answered; null: nobody knows, so that it did whatever it may have done
 */
export function eventsOf(
  steps: readonly Step[],
  seen: readonly (readonly number[] | null)[] | null,
): ListEvent[] {
  return steps.flatMap((step, i): ListEvent[] => {
    const values = seen?.[i] ?? null;
    switch (step.kind) {
      case "append":
        return [{ kind: "append", list: step.list, value: step.value }];
      case "read":
        return values === null ? [] : [{ kind: "read", list: step.list, values }];
      case "appendIfEven": {
        const append: ListEvent = { kind: "append", list: step.list, value: step.value };
        if (values === null) return [append];
        const read: ListEvent = { kind: "read", list: step.list, values };
        return values.length % 2 === 0 ? [read, append] : [read];
      }
      default:
        return [];
    }
  });
}
