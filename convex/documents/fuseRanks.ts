/** Merges rankings made by scores that cannot be compared. PURE. */
const RANK_OFFSET = 60; // Cormack et al. 2009: damps the first places so that agreement counts more

/** Reciprocal rank fusion: best first; within equal scores the order of the first list that has the item. */
export function fuseRanks<Id extends string>(
  rankings: readonly (readonly Id[])[],
): { passageId: Id; score: number }[] {
  const scores = new Map<Id, number>();
  for (const ranking of rankings) {
    ranking.forEach((id, index) => {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (RANK_OFFSET + index + 1));
    });
  }
  return [...scores]
    .map(([passageId, score]) => ({ passageId, score }))
    .sort((a, b) => b.score - a.score);
}
