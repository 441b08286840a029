/**
 * The closed list of errors that may cross an edge, each with a sentence a person can act on. Clients
 * branch on `code`, never on the text. Only the `data` of a ConvexError survives the way to a client,
 * so everything a client needs is in there. Knows nothing of who throws or who shows.
 */
import { ConvexError, v, type Infer } from "convex/values";

export const vErrorCode = v.union(
  v.literal("UNAUTHENTICATED"),
  v.literal("FORBIDDEN"),
  v.literal("NOT_FOUND"),
  v.literal("INVALID_INPUT"),
  v.literal("CONFLICT"),
  v.literal("LIMIT_EXCEEDED"),
  v.literal("SESSION_ENDED"),
  v.literal("NOT_READY"),
  v.literal("MODEL_UNAVAILABLE"),
  v.literal("MODEL_RATE_LIMITED"),
  v.literal("MODEL_REFUSED"),
  v.literal("MODEL_OUTPUT_INVALID"),
  v.literal("MODEL_CONTEXT_TOO_LONG"),
  v.literal("MODEL_AUTH_FAILED"),
  v.literal("MODEL_STREAM_CUT"),
  v.literal("DOCUMENT_ENCRYPTED"),
  v.literal("DOCUMENT_HAS_NO_TEXT"),
  v.literal("DOCUMENT_BROKEN"),
  v.literal("DOCUMENT_TYPE_UNSUPPORTED"),
  v.literal("DOCUMENT_TOO_LARGE"),
  v.literal("INTERRUPTED"),
  v.literal("INTERNAL"),
);
export type ErrorCode = Infer<typeof vErrorCode>;

/** What each code says when the thrower has nothing more exact to say, and whether trying again may help. */
export const ERRORS = {
  UNAUTHENTICATED: { sentence: "Please sign in again.", isRetryable: false },
  FORBIDDEN: { sentence: "Your role in this session does not allow that.", isRetryable: false },
  NOT_FOUND: { sentence: "There is no such thing here.", isRetryable: false },
  INVALID_INPUT: { sentence: "Something in what was sent is not valid.", isRetryable: false },
  CONFLICT: { sentence: "Someone else changed this just now.", isRetryable: true },
  LIMIT_EXCEEDED: { sentence: "A limit has been reached.", isRetryable: false },
  SESSION_ENDED: { sentence: "This session has ended.", isRetryable: false },
  NOT_READY: { sentence: "This is not ready yet.", isRetryable: true },
  MODEL_UNAVAILABLE: { sentence: "The language model cannot be reached.", isRetryable: true },
  MODEL_RATE_LIMITED: {
    sentence: "The language model is busy; try again shortly.",
    isRetryable: true,
  },
  MODEL_REFUSED: { sentence: "The language model declined to answer this.", isRetryable: false },
  MODEL_OUTPUT_INVALID: {
    sentence: "The language model gave an answer that could not be used.",
    isRetryable: true,
  },
  MODEL_CONTEXT_TOO_LONG: {
    sentence: "This is more text than the language model can take in.",
    isRetryable: false,
  },
  MODEL_AUTH_FAILED: {
    sentence: "The language model rejected this server's key.",
    isRetryable: false,
  },
  MODEL_STREAM_CUT: { sentence: "The answer was cut off midway.", isRetryable: true },
  DOCUMENT_ENCRYPTED: {
    sentence: "This document is protected by a password. Upload a copy without one.",
    isRetryable: false,
  },
  DOCUMENT_HAS_NO_TEXT: {
    sentence: "This document holds only images, no text. Upload a version with text in it.",
    isRetryable: false,
  },
  DOCUMENT_BROKEN: {
    sentence: "This file is damaged and cannot be opened.",
    isRetryable: false,
  },
  DOCUMENT_TYPE_UNSUPPORTED: {
    sentence: "This kind of file cannot be read. Use PDF, DOCX, PPTX, HTML, Markdown or text.",
    isRetryable: false,
  },
  DOCUMENT_TOO_LARGE: { sentence: "This document is too large.", isRetryable: false },
  INTERRUPTED: {
    sentence: "The server stopped before this was finished.",
    isRetryable: true,
  },
  INTERNAL: { sentence: "Something went wrong on our side.", isRetryable: true },
} as const satisfies Record<ErrorCode, { sentence: string; isRetryable: boolean }>;

/** What travels in a ConvexError's `data`, in socket frames and in HTTP error bodies. */
export type AppErrorData = {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number; // at least this long before a new attempt, where the other side said so
};
export type AppError = ConvexError<AppErrorData>;

/** Makes the one kind of error that may cross an edge; `message` defaults to the code's sentence. */
export function appError(
  code: ErrorCode,
  message?: string,
  options: { retryAfterMs?: number } = {},
): AppError {
  const { sentence, isRetryable } = ERRORS[code];
  return new ConvexError({
    code,
    message: message ?? sentence,
    retryable: isRetryable,
    ...options,
  });
}

/** The coded data of a thrown value, or undefined when it is not one of ours. */
export function appErrorDataOf(error: unknown): AppErrorData | undefined {
  // Read by shape: an error that crossed a function call is a ConvexError of another copy of the class.
  const data: unknown = (error as { data?: unknown } | null | undefined)?.data;
  if (typeof data !== "object" || data === null || !("code" in data)) return undefined;
  const { code } = data;
  return typeof code === "string" && code in ERRORS ? (data as AppErrorData) : undefined;
}
