/**
 * The coded errors with which the engine refuses to start or to go on. Callers branch on `code`;
 * `message` is for people and always names the thing at fault (the port, the folder, the document).
 */
export type EmbeddedConvexErrorCode =
  | "PORT_TAKEN" // another process listens on the port that the message names
  | "DATA_DIR_LOCKED" // another engine uses the data folder
  | "DATA_DIR_UNUSABLE" // the data folder cannot be made, read or written
  | "FUNCTIONS_INVALID" // the functions folder is missing, does not bundle or does not evaluate
  | "SCHEMA_MISMATCH" // stored documents do not fit the schema; names table, document and path
  | "ENGINE_FAILED"; // the engine's thread ended in a way nobody foresaw

export class EmbeddedConvexError extends Error {
  readonly code: EmbeddedConvexErrorCode;

  constructor(code: EmbeddedConvexErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EmbeddedConvexError";
    this.code = code;
  }
}
