/** What a function took too much of, and the words in which Convex says so. */

/** It held the thread too long, or took too much memory. */
export type Excess = "time" | "memory";

export const EXCESS_MESSAGES: Readonly<Record<Excess, string>> = {
  time: "Function execution timed out (maximum duration: 1s)",
  memory: "JavaScript execution ran out of memory (maximum memory usage: 64 MB)",
};
