/** What is known of an exported function after its module was loaded, before it ever ran. */
import type { JSONValue } from "../../values/jsonValue.ts";
import type { FunctionKind } from "../logs/functionLog.ts";

export interface AnalyzedFunction {
  /** `module/path:export`, without a file extension; in a component `component/path::module:export`. */
  readonly path: string;
  /** Path of the component it belongs to; "" for the app. */
  readonly component: string;
  readonly kind: FunctionKind;
  readonly visibility: "public" | "internal";
  readonly environment: "isolate" | "node";
  /** Validators in their JSON form; `returns` is null when none was declared. */
  readonly args: JSONValue;
  readonly returns: JSONValue;
}

/** The default export of `auth.config`, as written. */
export interface AuthConfig {
  readonly providers: readonly Readonly<Record<string, unknown>>[];
}

/** One cron job as `crons.export()` gives it. */
export interface CronSpec {
  /** Path of the function that runs. */
  readonly name: string;
  readonly args: JSONValue[];
  readonly schedule: CronSchedule;
}

/** All times are UTC. An omitted minute means the engine picks a stable one. */
export type CronSchedule =
  | { readonly type: "interval"; readonly seconds: number }
  | { readonly type: "interval"; readonly minutes: number }
  | { readonly type: "interval"; readonly hours: number }
  | { readonly type: "hourly"; readonly minuteUTC?: number }
  | { readonly type: "daily"; readonly hourUTC: number; readonly minuteUTC?: number }
  | {
      readonly type: "weekly";
      readonly dayOfWeek: string;
      readonly hourUTC: number;
      readonly minuteUTC?: number;
    }
  | {
      readonly type: "monthly";
      readonly day: number;
      readonly hourUTC: number;
      readonly minuteUTC?: number;
    }
  | { readonly type: "cron"; readonly cron: string };
