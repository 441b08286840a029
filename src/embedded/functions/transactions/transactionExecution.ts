/**
 * A running query or mutation: answers its system calls from one transaction. Calls nested in it are
 * executions of their own on the same transaction; a nested mutation that throws undoes its writes
 * alone. The calls of one execution are served in the order they were made, and none is served while
 * a nested function runs, so what a nested function does is never torn.
 */
import { DatabaseError } from "../../store/databaseError.ts";
import type { DatabaseErrorCode } from "../../store/databaseError.ts";
import type { Transaction } from "../../transaction/transaction.ts";
import type { UsageMetric } from "../../transaction/transactionUsage.ts";
import { toJsonText } from "../../values/jsonText.ts";
import type { JSONValue } from "../../values/jsonValue.ts";
import type { AnalyzedFunction } from "../code/analyzedFunction.ts";
import type { ActionCapability, HostOutcome, JobOutcome } from "../context/host.ts";
import type { Execution } from "../isolate/execution.ts";
import { endOf, hostOutcomeOf } from "../functionEnd.ts";
import type { FunctionEnd } from "../functionEnd.ts";
import { failureOf, FunctionFailure } from "../functionFailure.ts";
import { resolveAddress, splitPath } from "../functionPath.ts";
import type { FunctionAddress } from "../functionPath.ts";
import { acrossComponents } from "../identity.ts";
import type { Identity } from "../identity.ts";
import type { RandomSource } from "../isolate/randomSource.ts";
import type { RunState } from "../isolate/runState.ts";
import { OpenQueries } from "../syscalls/openQueries.ts";
import { TRANSACTION_SYSCALLS } from "../syscalls/transactionSyscalls.ts";
import { PageState, type TransactionCall, type TransactionScope } from "./transactionScope.ts";
import { checkArguments, checkCallable, checkResult } from "../validateCall.ts";

/** The codes after which a transaction is of no use, whatever the function makes of the error. */
const FATAL_CODES: ReadonlySet<DatabaseErrorCode> = new Set([
  "CONFLICT",
  "SNAPSHOT_TOO_OLD",
  "STORAGE_FAILED",
]);
const MAX_CALL_DEPTH = 64; // a recursion that is meant ends long before

type Settle = (outcome: HostOutcome) => void;

interface NestedCall extends FunctionAddress {
  readonly udfType: "query" | "mutation" | "snapshotQuery";
  readonly args: JSONValue;
  readonly transactionLimits?: Partial<Record<UsageMetric, number>>;
}

export class TransactionExecution implements Execution, TransactionScope {
  readonly call: TransactionCall;
  readonly called: AnalyzedFunction;
  readonly tx: Transaction;
  readonly identity: Identity;
  readonly queries: OpenQueries;
  readonly paging: PageState;
  readonly #depth: number;
  readonly #waiting: (() => void)[] = [];
  #isNesting = false;

  constructor(
    call: TransactionCall,
    called: AnalyzedFunction,
    tx: Transaction,
    caller: { identity: Identity; depth: number } = { identity: call.identity, depth: -1 },
  ) {
    this.call = call;
    this.called = called;
    this.tx = tx.inComponent(called.component);
    this.identity = caller.identity;
    this.queries = new OpenQueries(this.tx);
    this.#depth = caller.depth + 1;
    this.paging = this.#depth === 0 ? call.paging : new PageState(null);
  }

  get component(): string {
    return this.called.component;
  }

  get random(): RandomSource {
    return this.call.random;
  }

  get run(): RunState {
    return this.call.run;
  }

  now(): number {
    return this.call.startedAt;
  }

  refusal(capability: ActionCapability): string {
    const name = capability === "fetch" ? "fetch()" : capability;
    return `Can't use ${name} in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.`;
  }

  console(method: string, text: string, label?: string): void {
    this.call.logs.console(method, text, label, this.call.code.traces);
  }

  syscall(op: string, args: string): string {
    return JSON.stringify(this.queries.syscall(op, JSON.parse(args) as never));
  }

  jsSyscall(op: string): Promise<unknown> {
    return Promise.reject(new Error(`${op} can only be used in actions.`));
  }

  asyncSyscall(op: string, args: string, settle: Settle): void {
    if (this.#isNesting) this.#waiting.push(() => this.#serve(op, args, settle));
    else this.#serve(op, args, settle);
  }

  #serve(op: string, args: string, settle: Settle): void {
    try {
      if (op === "1.0/runUdf") {
        this.#nest(JSON.parse(args) as NestedCall, settle);
        return;
      }
      const syscall = TRANSACTION_SYSCALLS.get(op);
      if (syscall === undefined) throw new Error(`Unknown async operation ${op}`);
      if (syscall.writes && this.called.kind !== "mutation") {
        throw new Error(`${op} can only be used in mutations.`);
      }
      const value = syscall.run(this, JSON.parse(args) as never);
      settle({ ok: true, value: toJsonText(value) });
    } catch (error) {
      settle(this.#refused(error));
    }
  }

  /** Runs another function on this transaction. Visibility is not checked: code may call all code. */
  #nest(wanted: NestedCall, settle: Settle): void {
    const path = resolveAddress(wanted, this.component, this.call.code.functions);
    const kind = wanted.udfType === "mutation" ? "mutation" : "query";
    if (kind === "mutation" && this.called.kind !== "mutation") {
      throw new FunctionFailure(`A query cannot call a mutation (${path}).`);
    }
    if (this.#depth >= MAX_CALL_DEPTH) {
      throw new FunctionFailure(`Functions call each other more than ${MAX_CALL_DEPTH} deep.`);
    }
    const called = checkCallable(path, this.call.code.functions.get(path), kind);
    // A stale read sees neither the caller's writes nor adds to what the caller depends on.
    const tx = wanted.udfType === "snapshotQuery" ? this.tx.snapshotView() : this.tx;
    const isSame = called.component === this.component;
    const identity = isSame ? this.identity : acrossComponents(this.identity);
    const nested = new TransactionExecution(this.call, called, tx, {
      identity,
      depth: this.#depth,
    });
    const args = nested.checkArguments([wanted.args]);
    const restoreLimits = tx.usage.narrow(wanted.transactionLimits ?? {});
    const savepoint = tx.savepoint();
    const { atEnd } = this.call;
    const atEndBefore = atEnd.length;
    this.#isNesting = true;
    this.call.isolate.start(nested, nested.job(args), (outcome) => {
      const end = nested.end(outcome);
      restoreLimits();
      if (!end.ok && kind === "mutation") {
        tx.rollbackTo(savepoint);
        for (const finish of atEnd.splice(atEndBefore)) void finish(false);
      }
      if (tx !== this.tx) tx.close();
      this.#isNesting = false;
      settle(hostOutcomeOf(end));
      this.#serveWaiting();
    });
  }

  /** Serves what was asked meanwhile, up to the next call that nests. */
  #serveWaiting(): void {
    for (;;) {
      const next = this.#isNesting ? undefined : this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }

  #refused(error: unknown): HostOutcome {
    if (error instanceof DatabaseError) {
      if (FATAL_CODES.has(error.code)) this.call.fatal ??= error;
      return { ok: false, message: error.message, data: error.data };
    }
    if (error instanceof FunctionFailure) {
      return { ok: false, message: error.message, data: error.data };
    }
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }

  readonly #idBelongsTo = (table: string, id: string): boolean =>
    this.tx.normalizeId(table, id) !== null;

  /** The text of the arguments. @throws FunctionFailure when they do not match */
  checkArguments(args: JSONValue[]): string {
    return checkArguments(this.called, args, this.#idBelongsTo);
  }

  /** What the isolate is to run. @param args JSON text of checked arguments */
  job(args: string) {
    const { component, module, name } = splitPath(this.called.path);
    const kind = this.called.kind === "mutation" ? ("mutation" as const) : ("query" as const);
    return { kind, component, module, export: name, args };
  }

  /** Judges how the function ended and closes what it left open. */
  end(outcome: JobOutcome): FunctionEnd {
    this.queries.close();
    if (!outcome.ok) {
      return { ok: false, failure: failureOf(outcome.thrown, this.call.code.traces) };
    }
    return endOf(() => checkResult(this.called, String(outcome.value), this.#idBelongsTo));
  }
}
