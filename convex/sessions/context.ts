/**
 * What the tutor keeps in mind of a session: everyone in it may see it, owner and teachers may change it.
 * The learner model and the current question are changed by answers, not by hand.
 */
import { v, type Infer } from "convex/values";
import { appError } from "../contract/errors.ts";
import { studentMutation, studentQuery } from "../functions.ts";
import {
  getTutorContext,
  requireActiveMember,
  requireMember,
  settingsOf,
  TEACHERS,
  touchSession,
} from "./model.ts";
import {
  tutorContextFields,
  vInteractionMode,
  vLearnerModel,
  type vFocusObjective,
} from "./tables.ts";

const MAX_CONTEXT_TEXT_CHARS = 2_000;
const MAX_RELEVANT_CONCEPTS = 50;
const MAX_NOTES = 50;
const { goal, focusObjective, currentTopic, pendingInteraction } = tutorContextFields;
const { lastInteractionSummary, lastPedagogicalAction } = tutorContextFields;

/** @throws NOT_FOUND */
export const get = studentQuery({
  args: { sessionId: v.id("sessions") },
  returns: v.object({
    ...tutorContextFields,
    interactionMode: vInteractionMode,
    studentsMayEditAssistantObjects: v.boolean(),
    studentsMayEditOthersObjects: v.boolean(),
    turnCount: v.number(),
  }),
  handler: async (ctx, { sessionId }) => {
    const { session } = await requireMember(ctx, sessionId, ctx.user.userId);
    const context = await getTutorContext(ctx, sessionId);
    if (context === null) throw appError("NOT_FOUND");
    return {
      goal: context.goal,
      focusObjective: context.focusObjective,
      learnerModel: context.learnerModel,
      currentTopic: context.currentTopic,
      lastInteractionSummary: context.lastInteractionSummary,
      lastPedagogicalAction: context.lastPedagogicalAction,
      pendingInteraction: context.pendingInteraction,
      currentQuestionId: context.currentQuestionId,
      ...settingsOf(session),
      turnCount: session.lastTurnNumber,
    };
  },
});

const vPatch = v.object({
  interactionMode: v.optional(vInteractionMode),
  studentsMayEditAssistantObjects: v.optional(v.boolean()),
  studentsMayEditOthersObjects: v.optional(v.boolean()),
  goal: v.optional(goal),
  focusObjective: v.optional(focusObjective),
  currentTopic: v.optional(currentTopic),
  lastInteractionSummary: v.optional(lastInteractionSummary),
  lastPedagogicalAction: v.optional(lastPedagogicalAction),
  pendingInteraction: v.optional(pendingInteraction),
  learnerPreferences: v.optional(
    v.object({
      paceFactor: vLearnerModel.fields.paceFactor,
      preferredStyle: vLearnerModel.fields.preferredStyle,
      notes: vLearnerModel.fields.notes,
    }),
  ),
});

/** Changes what `patch` names; null clears a field. @throws NOT_FOUND, FORBIDDEN, SESSION_ENDED, INVALID_INPUT */
export const update = studentMutation({
  args: { sessionId: v.id("sessions"), patch: vPatch },
  returns: v.null(),
  handler: async (ctx, { sessionId, patch }) => {
    const { session } = await requireActiveMember(ctx, sessionId, ctx.user.userId, TEACHERS);
    checkBounds(patch);
    const {
      interactionMode,
      studentsMayEditAssistantObjects,
      studentsMayEditOthersObjects,
      learnerPreferences,
      ...fields
    } = patch;
    const settings = settingsOf(session);
    await ctx.db.patch("sessions", sessionId, {
      settings: {
        interactionMode: interactionMode ?? settings.interactionMode,
        studentsMayEditAssistantObjects:
          studentsMayEditAssistantObjects ?? settings.studentsMayEditAssistantObjects,
        studentsMayEditOthersObjects:
          studentsMayEditOthersObjects ?? settings.studentsMayEditOthersObjects,
      },
    });
    const context = await getTutorContext(ctx, sessionId);
    if (context === null) throw appError("NOT_FOUND");
    const learnerModel = { ...context.learnerModel, ...learnerPreferences };
    await ctx.db.patch("tutorContexts", context._id, { ...fields, learnerModel });
    await touchSession(ctx, sessionId, Date.now());
    return null;
  },
});

/** Validators give the types; these are the bounds that validators cannot say. */
function checkBounds(patch: Infer<typeof vPatch>): void {
  const { learnerPreferences: preferences, pendingInteraction: pending } = patch;
  const texts = [
    patch.goal,
    patch.currentTopic,
    patch.lastInteractionSummary,
    pending?.prompt,
    ...(preferences?.notes ?? []),
  ];
  for (const text of texts) checkText(text);
  if ((preferences?.notes.length ?? 0) > MAX_NOTES) tooMany("notes", MAX_NOTES);
  checkRange("paceFactor", preferences?.paceFactor, 0.25, 4);
  if (patch.focusObjective) checkObjective(patch.focusObjective);
}

function checkObjective(objective: Infer<typeof vFocusObjective>): void {
  const { topic, learningGoal, suggestedApproach, initialDifficulty, relevantConcepts } = objective;
  for (const text of [topic, learningGoal, suggestedApproach, initialDifficulty]) checkText(text);
  for (const concept of relevantConcepts) checkText(concept);
  if (relevantConcepts.length > MAX_RELEVANT_CONCEPTS) {
    tooMany("relevantConcepts", MAX_RELEVANT_CONCEPTS);
  }
  checkRange("priority", objective.priority, 1, 5);
  checkRange("targetMastery", objective.targetMastery, 0, 1);
}

function checkText(text: string | null | undefined): void {
  if ((text?.length ?? 0) > MAX_CONTEXT_TEXT_CHARS) {
    throw appError(
      "INVALID_INPUT",
      `A text may have at most ${MAX_CONTEXT_TEXT_CHARS} characters.`,
    );
  }
}

function checkRange(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && !(value >= min && value <= max)) {
    throw appError("INVALID_INPUT", `${name} must lie between ${min} and ${max}.`);
  }
}

function tooMany(name: string, max: number): never {
  throw appError("INVALID_INPUT", `There may be at most ${max} ${name}.`);
}
