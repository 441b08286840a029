/** Life of a session, who takes part, and what the tutor keeps in mind. Ended is terminal (rule SE2). */
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";

export const vRole = v.union(
  v.literal("owner"),
  v.literal("teacher"),
  v.literal("student"),
  v.literal("observer"),
);
export type Role = Infer<typeof vRole>;

/** The roles that can be given away; a session has exactly one owner, its creator. */
export const vGrantableRole = v.union(
  v.literal("teacher"),
  v.literal("student"),
  v.literal("observer"),
);

export const vInteractionMode = v.union(v.literal("chat_only"), v.literal("chat_and_whiteboard"));

const settingsFields = {
  interactionMode: vInteractionMode,
  studentsMayEditAssistantObjects: v.boolean(), // what the tutor drew
  studentsMayEditOthersObjects: v.boolean(), // what other people drew
};
export const vSessionSettings = v.object(settingsFields);
export type SessionSettings = Infer<typeof vSessionSettings>;

/** As a session's row has them; sessions/model:settingsOf adds what older rows lack. */
export const vStoredSettings = v.object({
  ...settingsFields,
  studentsMayEditOthersObjects: v.optional(v.boolean()),
});

export const vSessionState = v.union(
  v.object({ kind: v.literal("active") }),
  v.object({
    kind: v.literal("ended"),
    endedAt: v.number(),
    reason: v.union(v.literal("owner"), v.literal("idle")),
  }),
  v.object({ kind: v.literal("removing") }), // invisible to everyone; jobs/removeSession is at work
);
export type SessionState = Infer<typeof vSessionState>;

export const vConceptOutcome = v.union(
  v.literal("correct"),
  v.literal("incorrect"),
  v.literal("unsure"),
  v.literal("clarification_needed"),
  v.literal("explained"),
);

/** What is believed about one concept: a Beta(alpha, beta) estimate, starting at Beta(1, 1). */
export const vConceptMastery = v.object({
  name: v.string(),
  alpha: v.number(), // 1 + answers that were right
  beta: v.number(), // 1 + answers that were wrong
  attempts: v.number(),
  lastOutcome: v.union(vConceptOutcome, v.null()),
  confusionPoints: v.array(v.string()),
  lastSeenAt: v.union(v.number(), v.null()), // ms since epoch
});

export const vFocusObjective = v.object({
  topic: v.string(),
  learningGoal: v.string(),
  priority: v.number(), // 1 (first) .. 5
  relevantConcepts: v.array(v.string()),
  suggestedApproach: v.union(v.string(), v.null()),
  targetMastery: v.number(), // 0..1
  initialDifficulty: v.union(v.string(), v.null()),
});

export const vLearnerModel = v.object({
  concepts: v.array(vConceptMastery),
  overallProgress: v.number(), // 0..1
  currentTopic: v.union(v.string(), v.null()),
  paceFactor: v.number(), // 0.25..4; 1 = as planned
  preferredStyle: v.union(
    v.literal("explanatory"),
    v.literal("quiz_heavy"),
    v.literal("socratic"),
    v.null(),
  ),
  notes: v.array(v.string()),
});
export type LearnerModel = Infer<typeof vLearnerModel>;

export const vPendingInteraction = v.object({
  kind: v.union(v.literal("checking_question"), v.literal("summary_prompt")),
  prompt: v.string(),
});

export const vPedagogicalAction = v.union(
  v.literal("explained"),
  v.literal("asked"),
  v.literal("evaluated"),
  v.literal("remediated"),
);

/** What the tutor keeps in mind of a session, apart from what has a table of its own. Null = not set. */
export const tutorContextFields = {
  goal: v.union(v.string(), v.null()),
  focusObjective: v.union(vFocusObjective, v.null()),
  learnerModel: vLearnerModel,
  currentTopic: v.union(v.string(), v.null()),
  lastInteractionSummary: v.union(v.string(), v.null()),
  lastPedagogicalAction: v.union(vPedagogicalAction, v.null()),
  pendingInteraction: v.union(vPendingInteraction, v.null()),
  currentQuestionId: v.union(v.id("questions"), v.null()),
};

export const sessionTables = {
  // Written by sessions/lifecycle, sessions/context and turns/run (the counter); read by every room;
  // deleted last of all by jobs/removeSession.
  sessions: defineTable({
    ownerId: v.id("users"),
    title: v.string(), // trimmed, 1..MAX_TITLE_CHARS
    state: vSessionState,
    settings: vStoredSettings,
    lastTurnNumber: v.number(), // 0 = nothing asked yet; raised in the transaction that inserts the turn
  }).index("by_ownerId", ["ownerId"]),
  // Hot, so apart from the session. Written by whatever counts as activity; read by jobs/expireIdleSessions;
  // deleted when the session ends or is removed, so that the sweep sees active sessions only.
  sessionActivity: defineTable({
    sessionId: v.id("sessions"),
    lastActiveAt: v.number(), // ms since epoch, up to ACTIVITY_RESOLUTION_MS late
  })
    .index("by_sessionId", ["sessionId"])
    .index("by_lastActiveAt", ["lastActiveAt"]),
  // Written by sessions/lifecycle and sessions/participants; read by every door that checks a role;
  // deleted by leaving, jobs/removeSession and jobs/removeAccount.
  participants: defineTable({
    sessionId: v.id("sessions"),
    userId: v.id("users"),
    role: vRole,
    joinedAt: v.number(),
  })
    .index("by_sessionId_and_userId", ["sessionId", "userId"])
    .index("by_userId", ["userId"]),
  // Written by sessions/participants; read by sessions/lifecycle:join; deleted by jobs/removeSession.
  invites: defineTable({
    sessionId: v.id("sessions"),
    code: v.string(),
    role: vGrantableRole,
    createdBy: v.id("users"),
    expiresAt: v.number(),
  })
    .index("by_sessionId_and_code", ["sessionId", "code"])
    .index("by_sessionId_and_role_and_expiresAt", ["sessionId", "role", "expiresAt"]),
  // One row a session, made with it. Written by sessions/context and quizzes/answers (mastery); read by
  // turns/run; deleted by jobs/removeSession.
  tutorContexts: defineTable({ sessionId: v.id("sessions"), ...tutorContextFields }).index(
    "by_sessionId",
    ["sessionId"],
  ),
};
