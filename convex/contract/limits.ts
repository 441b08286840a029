/**
 * Bounds that more than one side must agree on: Convex enforces them, the companion checks them early,
 * the page explains them. A bound that only one file needs stays in that file.
 */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const MAX_NAME_CHARS = 80; // a person's shown name
export const MAX_EMAIL_CHARS = 254; // RFC 5321
export const MAX_TITLE_CHARS = 200; // sessions, documents, quizzes
export const MAX_QUESTION_CHARS = 8_000; // about two pages; more belongs into a document
export const MAX_ANSWER_CHARS = 64_000; // what a turn may say; keeps its row far below 1 MiB
export const MAX_CITATIONS_PER_TURN = 40;

export const MAX_SESSIONS_LISTED = 100; // whoever has more finds them by renaming, not by scrolling
export const MAX_PARTICIPANTS_PER_SESSION = 200;
export const INVITE_LIFETIME_MS = 7 * 24 * HOUR_MS;
export const IDLE_SESSION_MS = 12 * HOUR_MS; // a session without activity this long is ended

export const MAX_DOCUMENT_BYTES = 50 * 1024 * 1024;
export const MAX_DOCUMENTS_PER_SESSION = 20;
export const MAX_FILES_PER_UPLOAD = 10;
export const MAX_QUIZ_QUESTIONS = 20;
export const DEFAULT_QUIZ_QUESTIONS = 8;
export const MAX_QUIZZES_PER_SESSION = 50;
export const MAX_SHORT_ANSWER_CHARS = 500;
export const MAX_OBJECTIVES = 24; // of all documents of a session together

export const TURN_LEASE_MS = 15 * SECOND_MS; // a companion silent this long no longer owns its turn
export const MAX_BOARD_UPDATE_BYTES = 900 * 1024; // a Convex document holds 1 MiB
export const MAX_BOARD_UPDATES_PER_APPEND = 64;
export const MAX_VERSION_LABEL_CHARS = 120;
export const MAX_NAMED_VERSIONS = 50; // of a board; they are never thinned out
export const MAX_IMAGE_BYTES = 10 * 1024 * 1024; // a telephone's photograph has 3 to 8 MB
export const MAX_IMAGES_PER_BOARD = 200; // they stay as long as the board or a version shows them, and a day
export const MAX_IMAGE_IDS_PER_VERSION = 1_000; // whoever names more than there can be is not listened to
export const MAX_BOARDS_PER_APPEND = 64; // some tens of milliseconds of a function's second

export const EMBEDDING_DIMENSIONS = 512;
