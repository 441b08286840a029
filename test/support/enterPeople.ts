/**
 * Guests of a running product with stock live Convex clients, and what becomes of the operations they
 * try: acknowledged with a value, or refused with a code.
 */
import { ConvexClient } from "convex/browser";
import { expect, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Id } from "../../convex/_generated/dataModel.js";
import { appErrorDataOf, ERRORS } from "../../convex/contract/errors.ts";
import type { Product } from "./product.ts";

export interface Person {
  readonly userId: Id<"users">;
  readonly token: string;
  readonly convex: ConvexClient;
}

/** Their clients are closed at the end of the test. */
export async function enterPeople(product: Product, count: number): Promise<Person[]> {
  return await Promise.all(Array.from({ length: count }, (_, n) => enter(product, `Person ${n}`)));
}

async function enter(product: Product, name: string): Promise<Person> {
  const body = JSON.stringify({ name });
  const reply = await fetch(`${product.url}/auth/guest`, { method: "POST", body });
  const { token, userId } = (await reply.json()) as { token: string; userId: Id<"users"> };
  const convex = new ConvexClient(product.convexUrl, {
    logger: false,
    webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  onTestFinished(() => convex.close());
  convex.setAuth(() => Promise.resolve(token));
  return { userId, token, convex };
}

export type Outcome =
  { readonly op: string; readonly value: unknown } | { readonly op: string; readonly code: string };

/** Never rejects; an error without a code of ours shows in `code`, and fails `expectAllCoded`. */
export async function settle(op: string, work: Promise<unknown>): Promise<Outcome> {
  try {
    return { op, value: await work };
  } catch (error) {
    return { op, code: appErrorDataOf(error)?.code ?? `without a code: ${String(error)}` };
  }
}

export function expectAllCoded(outcomes: readonly Outcome[]): void {
  const codes = outcomes.flatMap((outcome) => ("code" in outcome ? [outcome.code] : []));
  expect(codes.filter((code) => !(code in ERRORS))).toEqual([]);
}

/** The values of the operations of that name that were acknowledged. */
export function acknowledged(outcomes: readonly Outcome[], op: string): unknown[] {
  return outcomes.flatMap((outcome) =>
    outcome.op === op && "value" in outcome ? [outcome.value] : [],
  );
}
