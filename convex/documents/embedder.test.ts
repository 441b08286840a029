// @vitest-environment node
// The real model: it is inside the package.
import { expect, it } from "vitest";
import { EMBEDDING_DIMENSIONS } from "../contract/limits.ts";
import { embed } from "./embedder.ts";

it("[DO7] texts that mean alike lie closer than texts that do not", async () => {
  const vectors = await embed([
    "How do plants turn sunlight into food?",
    "Photosynthesis converts light into chemical energy.",
    "The stock market fell sharply on Monday.",
  ]);
  const [question, answer, other] = vectors as [number[], number[], number[]];
  const likeness = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  expect(vectors.map((vector) => vector.length)).toEqual(Array(3).fill(EMBEDDING_DIMENSIONS));
  expect(likeness(question, answer)).toBeGreaterThan(likeness(question, other) + 0.1);
});

it("[DO7] nothing to embed is no work", async () => {
  expect(await embed([])).toEqual([]);
});
