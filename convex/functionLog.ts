/**
 * The one place in convex/ that writes to the deployment's log, for what an operator must see: mistakes of ours.
 * Refusals and failures that have a code are told to the caller instead. Never pass what a student wrote.
 */

/** `problem` is fixed text; `error` is what was thrown. */
export function logProblem(problem: string, error: unknown): void {
  // eslint-disable-next-line no-console -- Convex has no other log than the console
  console.error(problem, error);
}
