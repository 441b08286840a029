/**
 * How central each sentence is to its document: TextRank over word overlap, where a word counts the more the
 * fewer passages have it but only if several do. PURE.
 */
import type { BankSentence } from "./sentenceBank.ts";

const MAX_RANKED = 400; // the graph is quadratic; of more, the best by their words are taken
const DAMPING = 0.85;
const ROUNDS = 30;

/** A score for each sentence of the bank; those that were not ranked have 0. Highest is 1. */
export function rankSentences(bank: readonly BankSentence[]): number[] {
  const idf = idfOf(bank);
  const vectors = bank.map(({ stems }) => vectorOf(stems, idf));
  const centroid = new Map<string, number>();
  for (const vector of vectors) {
    for (const [stem, weight] of vector) centroid.set(stem, (centroid.get(stem) ?? 0) + weight);
  }
  const centrality = vectors.map((vector) => cosine(vector, centroid));
  const chosen = bank
    .map((_, index) => index)
    .sort((a, b) => (centrality[b] ?? 0) - (centrality[a] ?? 0))
    .slice(0, MAX_RANKED);
  const ranks = pageRank(chosen.map((index) => vectors[index] ?? new Map<string, number>()));
  const scores = bank.map(() => 0);
  chosen.forEach((index, place) => {
    scores[index] = (ranks[place] ?? 0) * (0.5 + (centrality[index] ?? 0));
  });
  const highest = Math.max(...scores, Number.MIN_VALUE);
  return scores.map((score) => score / highest);
}

export type Vector = Map<string, number>;

export function idfOf(bank: readonly BankSentence[]): Map<string, number> {
  const passages = new Map<string, Set<string>>();
  for (const { stems, passage } of bank) {
    for (const stem of stems) {
      const set = passages.get(stem) ?? new Set<string>();
      passages.set(stem, set.add(passage.passageId));
    }
  }
  const total = new Set(bank.map(({ passage }) => passage.passageId)).size;
  return new Map(
    [...passages].map(([stem, { size }]) => {
      // A word of one passage ties nothing together.
      return [stem, size === 1 ? 0.2 : Math.log(1 + total / size)];
    }),
  );
}

export function vectorOf(stems: readonly string[], idf: ReadonlyMap<string, number>): Vector {
  const vector: Vector = new Map();
  for (const stem of new Set(stems)) vector.set(stem, idf.get(stem) ?? 0);
  return vector;
}

export function cosine(a: Vector, b: Vector): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let dot = 0;
  for (const [stem, weight] of small) dot += weight * (large.get(stem) ?? 0);
  const length = norm(a) * norm(b);
  return length === 0 ? 0 : dot / length;
}

function norm(vector: Vector): number {
  let sum = 0;
  for (const weight of vector.values()) sum += weight * weight;
  return Math.sqrt(sum);
}

function pageRank(vectors: readonly Vector[]): number[] {
  const links = vectors.map((a, i) => {
    return vectors.map((b, j) => (i === j ? 0 : Math.max(0, cosine(a, b) - 0.05)));
  });
  const outgoing = links.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  let ranks = vectors.map(() => 1);
  for (let round = 0; round < ROUNDS; round++) {
    const before = ranks;
    ranks = vectors.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < vectors.length; j++) {
        const total = outgoing[j] ?? 0;
        if (total > 0) sum += ((links[j]?.[i] ?? 0) / total) * (before[j] ?? 0);
      }
      return 1 - DAMPING + DAMPING * sum;
    });
  }
  return ranks;
}
