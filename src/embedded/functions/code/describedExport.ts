/** A function as its own module describes it. */
import type { AnalyzedFunction } from "./analyzedFunction.ts";

export interface DescribedExport extends Omit<
  AnalyzedFunction,
  "path" | "component" | "environment"
> {
  readonly name: string;
}
