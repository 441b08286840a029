/** A difference as a person reads it: the program, both answers, and what repeats the search. */
import { convexToJson } from "convex/values";
import type { Found } from "./searchDifference.ts";

export function describeFound({ program, call, reference, engine, seed }: Found): string {
  return [
    write(program),
    `The answers to this call differ:\n${write(call)}`,
    `convex-test: ${reference}`,
    `engine:      ${engine}`,
    `Repeat it with the seed ${seed}.`,
  ].join("\n\n");
}

/** What JSON cannot say is written as Convex writes it. */
function write(value: unknown): string {
  const special = (one: unknown): unknown =>
    typeof one === "bigint" || typeof one === "number" || one instanceof ArrayBuffer
      ? convexToJson(one)
      : one;
  return JSON.stringify(value, (_, one) => special(one), 1);
}
