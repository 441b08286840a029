/**
 * Text frames of the tutor socket: JSON, one object a frame, shapes in convex/contract/tutorEvents.ts.
 * Knows no rooms. A frame that cannot be read is an error here and a close code at the edge (rule PR5).
 */
import { z } from "zod";
import {
  clientFrame,
  serverFrame,
  type ClientFrame,
  type ServerFrame,
} from "../../convex/contract/tutorEvents.ts";

/** What is wrong with a frame, and the client's id of it when that much could be read. */
export class MalformedFrameError extends Error {
  override name = "MalformedFrameError";
  readonly id: string | undefined;
  constructor(message: string, id?: string) {
    super(message);
    this.id = id;
  }
}

/**
 * @throws MalformedFrameError. With an `id`, the frame is well-formed but asks for something that is
 * not valid (an empty question): refuse it. Without, the peer does not speak the protocol: close.
 */
export function decodeClientFrame(data: string | Uint8Array): ClientFrame {
  const parsed = clientFrame.safeParse(parseJson(data));
  if (parsed.success) return parsed.data;
  const identified = z.object({ type: z.enum(["ask", "stop"]), id: z.string().max(64) });
  const known = identified.safeParse(parseJson(data));
  throw new MalformedFrameError(z.prettifyError(parsed.error), known.data?.id);
}

/** For clients. @throws MalformedFrameError on whatever a server would not send. */
export function decodeServerFrame(data: string | Uint8Array): ServerFrame {
  const parsed = serverFrame.safeParse(parseJson(data));
  if (!parsed.success) throw new MalformedFrameError(z.prettifyError(parsed.error));
  return parsed.data;
}

export function encodeFrame(frame: ClientFrame | ServerFrame): string {
  return JSON.stringify(frame);
}

function parseJson(data: string | Uint8Array): unknown {
  if (typeof data !== "string") throw new MalformedFrameError("binary on a text socket");
  try {
    return JSON.parse(data);
  } catch {
    throw new MalformedFrameError("not JSON"); // the parser's message would quote the student
  }
}
