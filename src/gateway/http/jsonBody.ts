/** JSON bodies of the gateway's routes: bounded before they are read, parsed by a schema (GW2). */
import { bodyLimit } from "hono/body-limit";
import type { z } from "zod";
import { appError } from "../../../convex/contract/errors.ts";
import type { HttpContext } from "./httpContext.ts";
import { MAX_JSON_BYTES } from "./requestLimits.ts";

export const limitedBody = bodyLimit({
  maxSize: MAX_JSON_BYTES,
  onError: () => {
    throw appError("INVALID_INPUT", `The body is larger than ${MAX_JSON_BYTES} bytes.`);
  },
});

/** @throws INVALID_INPUT naming the field, never repeating its value */
export async function readBody<T>(c: HttpContext, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw appError("INVALID_INPUT", "The body must be JSON.");
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? "body" : issue.path.join(".");
  throw appError("INVALID_INPUT", `${field}: ${issue?.message ?? "not valid"}`);
}
