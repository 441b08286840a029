/** A refusal of one of the gateway's HTTP routes, in the shape of all coded errors. */
import { z } from "zod";

const zErrorReply = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export class HttpProblem extends Error {
  readonly status: number;
  /** Where `errorSentence` finds what to say. */
  readonly data: { code: string; message: string };

  constructor(status: number, data: { code: string; message: string }) {
    super(data.message);
    this.name = "HttpProblem";
    this.status = status;
    this.data = data;
  }
}

/** `body` is whatever the server sent, which may be a proxy's page instead of our JSON. */
export function httpProblem(status: number, body: unknown): HttpProblem {
  const fallback = { code: "INTERNAL", message: `The server answered with an error (${status}).` };
  return new HttpProblem(status, zErrorReply.safeParse(body).data?.error ?? fallback);
}
