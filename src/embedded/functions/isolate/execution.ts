/**
 * One running function as the default runtime sees it. Implementations decide what each call does; this
 * file only says what there is.
 */
import type { ActionCapability, HostOutcome } from "../context/host.ts";
import type { RandomSource } from "./randomSource.ts";
import type { RunState } from "./runState.ts";

export interface Execution {
  readonly component: string;
  /** Ms since epoch; fixed for queries and mutations. */
  now(): number;
  readonly random: RandomSource;
  /** Shared with the calls nested in this one. */
  readonly run: RunState;
  /** Why a capability of actions is not there, or null when it is. */
  refusal(capability: ActionCapability): string | null;
  /** @throws Error whose message the function sees */
  syscall(op: string, args: string): string;
  /** Throws nothing; settles once, at once where it can. */
  asyncSyscall(op: string, args: string, settle: (outcome: HostOutcome) => void): void;
  /** @throws Error whose message the function sees */
  jsSyscall(op: string, args: object): Promise<unknown>;
  /** @see Host.console */
  console(method: string, text: string, label?: string): void;
}
