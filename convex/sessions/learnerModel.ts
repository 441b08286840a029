/**
 * What a graded answer changes in the belief about a concept. PURE: a Beta(alpha, beta) estimate that starts
 * at Beta(1, 1); mastery is its mean, confidence its weight.
 */
import type { Infer } from "convex/values";
import type { LearnerModel, vConceptMastery, vConceptOutcome } from "./tables.ts";

type ConceptMastery = Infer<typeof vConceptMastery>;
type ConceptOutcome = Infer<typeof vConceptOutcome>;

export const MAX_CONCEPTS = 200;
export const MAX_CONFUSION_POINTS = 10; // the newest count
const MASTERED_ABOVE = 0.8;
const CONFIDENT_FROM = 5; // three answers, since the prior weighs two

/** The model after one more outcome. The least recently seen concept gives way when there are too many. */
export function recordOutcome(
  model: LearnerModel,
  observation: { concept: string; outcome: ConceptOutcome; confusion?: string; now: number },
): LearnerModel {
  const { concept: name, outcome, confusion, now } = observation;
  const before = model.concepts.find((concept) => concept.name === name) ?? unseen(name);
  const points = before.confusionPoints;
  const isNew = outcome === "incorrect" && confusion !== undefined && !points.includes(confusion);
  const after: ConceptMastery = {
    name,
    alpha: before.alpha + (outcome === "correct" ? 1 : 0),
    beta: before.beta + (outcome === "incorrect" ? 1 : 0),
    attempts: before.attempts + 1,
    lastOutcome: outcome,
    confusionPoints: isNew ? [...points, confusion].slice(-MAX_CONFUSION_POINTS) : points,
    lastSeenAt: now,
  };
  const others = model.concepts.filter((concept) => concept.name !== name);
  const concepts = [...others, after].slice(-MAX_CONCEPTS);
  const mastered = concepts.filter(isMastered).length;
  return { ...model, concepts, currentTopic: name, overallProgress: mastered / concepts.length };
}

export function isMastered({ alpha, beta }: ConceptMastery): boolean {
  return alpha / (alpha + beta) > MASTERED_ABOVE && alpha + beta >= CONFIDENT_FROM;
}

function unseen(name: string): ConceptMastery {
  return {
    name,
    alpha: 1,
    beta: 1,
    attempts: 0,
    lastOutcome: null,
    confusionPoints: [],
    lastSeenAt: null,
  };
}
