/**
 * Requests and responses on their way to the thread of an HTTP action and back: what can be cloned of
 * them, and their bodies, which go over as streams, part by part, no faster than they are read.
 */
import type { Transferable } from "node:worker_threads";

export interface HttpMessage {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface RequestMessage extends HttpMessage {
  readonly url: string;
  readonly method: string;
}

export interface ResponseMessage extends HttpMessage {
  readonly status: number;
  readonly statusText: string;
}

export function requestMessage({ url, method, headers, body }: Request): RequestMessage {
  return { url, method, headers: [...headers], body };
}

/** @param signal ends with the connection */
export function requestOf(message: RequestMessage, signal: AbortSignal): Request {
  const { url, method, headers, body } = message;
  return new Request(url, {
    ...{ method, headers: new Headers(copied(headers)), signal },
    ...(body === null ? {} : { body, duplex: "half" as const }),
  });
}

/**
 * @param gone tells that nobody will read the body: writing to it fails from then on
 * @returns also a promise of the end of the body, whichever it is; it never rejects
 */
export function responseMessage(
  response: Response,
  gone: AbortSignal,
): {
  message: ResponseMessage;
  sent: Promise<void>;
} {
  const { status, statusText, headers } = response;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const piped = response.body?.pipeTo(writable, { signal: gone });
  const body = piped === undefined ? null : readable;
  return {
    message: { status, statusText, headers: [...headers], body },
    // Whoever reads it hears of what breaks it.
    sent: piped?.catch(() => undefined) ?? Promise.resolve(),
  };
}

/** @param signal breaks off the body: nothing of it will come any more */
export function responseOf(message: ResponseMessage, signal: AbortSignal): Response {
  const { status, statusText, headers, body } = message;
  const guarded = body?.pipeThrough(new TransformStream(), { signal }) ?? null;
  return new Response(guarded, { status, statusText, headers: new Headers(copied(headers)) });
}

/** What of a message moves instead of being copied. */
export function moved({ body }: HttpMessage): Transferable[] {
  return body === null ? [] : [body];
}

function copied(headers: HttpMessage["headers"]): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}
