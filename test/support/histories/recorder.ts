/** Collects a history while it happens, on one clock for all clients. */
import type { ListEvent, Operation, Recognition } from "./history.ts";

export class Recorder {
  readonly operations: Operation[] = [];
  readonly recognized: Recognition[] = [];
  #ticks = 0;

  now(): number {
    this.#ticks += 1;
    return this.#ticks;
  }

  /** An operation that has begun; it is unknown how it ends until somebody says so. */
  begin(kind: Operation["kind"], client: string, events: readonly ListEvent[]): Operation {
    const operation: Operation = {
      ...{ kind, client, events, invokedAt: this.now(), completedAt: Infinity },
      ...{ outcome: "unknown", total: null },
    };
    this.operations.push(operation);
    return operation;
  }

  /** @param saw what it turned out to have done and seen */
  end(
    operation: Operation,
    outcome: "ok" | "failed",
    saw: Partial<Pick<Operation, "events" | "total">> = {},
  ): void {
    Object.assign(operation, saw, { outcome, completedAt: this.now() });
  }

  /** Nobody will ever tell how it ended. */
  lose(operation: Operation): void {
    Object.assign(operation, { outcome: "lost" });
  }

  /** Takes back a query that was not answered: it changed nothing and saw nothing. */
  forget(operation: Operation): void {
    this.operations.splice(this.operations.lastIndexOf(operation), 1);
  }
}
