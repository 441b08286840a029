/**
 * Failures of a request as HTTP answers: a status and the body `{code, message}` that Convex's tools read.
 * Failures of a function are no such thing; they are answers with status 200.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

import { KeysUnavailableError } from "../auth/providerKeys.ts";
import { InvalidTokenError } from "../auth/verifyToken.ts";
import { DatabaseError, isStorageFailure } from "../store/databaseError.ts";
import { UploadError } from "../storage/fileStore.ts";

export type HttpStatus = 400 | 401 | 403 | 404 | 413 | 416 | 500 | 503 | 507;

export class HttpError extends Error {
  readonly status: HttpStatus;
  readonly code: string;

  constructor(status: HttpStatus, code: string, message: string) {
    super(message);
    this.name = "HttpError";
    this.status = status;
    this.code = code;
  }
}

/** The answer for whatever a handler threw. @param onUnexpected told about faults of the engine */
export function errorResponse(
  context: Context,
  error: unknown,
  onUnexpected: (error: unknown) => void,
): Response {
  if (error instanceof HTTPException) return error.getResponse();
  // A client that goes away in the middle of its request ends whatever reads the rest of it.
  const isGone = (context.env as HttpBindings).incoming.socket.destroyed;
  const { status, code, message } = isGone
    ? new HttpError(400, "ConnectionClosed", "The client has gone")
    : asHttpError(error, onUnexpected);
  return context.json({ code, message }, status);
}

const UPLOAD_STATUS = {
  InvalidUploadToken: 401,
  Sha256Mismatch: 400,
  FileTooLarge: 413,
  StorageFailed: 507,
} as const satisfies Record<UploadError["code"], HttpStatus>;

function asHttpError(error: unknown, onUnexpected: (error: unknown) => void): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof InvalidTokenError) {
    return new HttpError(401, "Unauthenticated", error.message);
  }
  if (error instanceof KeysUnavailableError) {
    return new HttpError(503, "AuthProviderUnavailable", error.message);
  }
  if (error instanceof UploadError) {
    return new HttpError(UPLOAD_STATUS[error.code], error.code, error.message);
  }
  if (error instanceof DatabaseError && error.code === "SNAPSHOT_TOO_OLD") {
    return new HttpError(400, "SnapshotTooOld", error.message);
  }
  if (isStorageFailure(error)) {
    return new HttpError(507, "StorageFailed", error.message);
  }
  onUnexpected(error);
  return new HttpError(500, "InternalServerError", "Your request couldn't be completed.");
}
