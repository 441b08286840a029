/**
 * What the engine hands into a context of the default runtime, and what the context hands back. The
 * files of this folder run INSIDE that context: they see the language and these types, nothing of
 * Node, and throw errors of the context's own kind.
 */

/** How a call into the engine ended. `data` is the JSON form of a ConvexError's data. */
export type HostOutcome =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string; readonly data?: unknown };

/** Like HostOutcome, for what cannot be text (blobs, keys). */
export type HostResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly name?: string };

/** What only actions may do. */
export type ActionCapability = "fetch" | "setTimeout" | "setInterval";

export interface Host {
  /** Ms since epoch; stands still during a query or mutation. */
  now(): number;
  /** Ms since the context was made; stands still like `now`. */
  elapsed(): number;
  /** [0, 1); repeats for the same seed during a query or mutation. */
  random(): number;
  fillRandom(bytes: Uint8Array): void;
  /** Throws nothing: what is refused comes back as a message, or null when it is allowed. */
  refusal(capability: ActionCapability): string | null;
  syscall(op: string, args: string): HostOutcome;
  asyncSyscall(op: string, args: string, settle: (outcome: HostOutcome) => void): void;
  jsSyscall(op: string, args: object, settle: (result: HostResult) => void): void;
  /** Runs one method of `crypto.subtle`. */
  subtle(method: string, args: unknown[], settle: (result: HostResult) => void): void;
  fetch(request: unknown, init: unknown): Promise<object>;
  /** @param text the values as text @param label of what measures time */
  console(method: string, text: string, label: string): void;
  /** `task` must not throw. */
  setTimer(task: () => void, delayMs: number, repeats: boolean): number;
  /** A timer's task threw: nobody awaits it, so the whole function fails. */
  failTimer(thrown: Thrown): void;
  clearTimer(id: number): void;
  /** Host values that become globals as they are. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** The component whose code runs now, with its variables; the same object each time. */
  component(): { readonly environment: Readonly<Record<string, string>> };
}

/** What a thrown value looks like from outside. `data` is JSON text, for a ConvexError alone. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly data?: string;
}

/**
 * How a function ended: its result as JSON text; for an HTTP action the Response itself, or null when
 * no route leads to one.
 */
export type JobOutcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly thrown: Thrown };

export type Job =
  | {
      readonly kind: "query" | "mutation" | "action";
      /** Path of the component whose module it is. */
      readonly component: string;
      readonly module: string;
      readonly export: string;
      /** JSON text of the arguments array. */
      readonly args: string;
    }
  | {
      readonly kind: "httpAction";
      readonly component: string;
      readonly request: unknown;
      /** As the component's router knows it. */
      readonly path: string;
    };

/** The entry points of a context. */
export interface ContextApi {
  /** Makes the modules that a script exports loadable as those of a component, beside those it has. */
  useModules(component: string, table: Record<string, () => Record<string, unknown>>): void;
  start(job: Job, settle: (outcome: JobOutcome) => void): void;
  /** JSON text of what a module exports. @throws whatever loading the module throws */
  describeModule(component: string, module: string): string;
  /** JSON text of a definition's default export (`schema`, `auth.config`, …), or null without one. */
  describeDefinition(component: string, module: string): string | null;
  /** The `Thrown` form of anything. */
  describeThrown(thrown: unknown): Thrown;
}
