/**
 * What a client may say on the sync socket, checked at the door: everything behind this file may trust
 * the shapes. Fields that newer clients add are dropped in silence; a message of unknown type, or
 * one whose known fields have the wrong shape, is the client's fault and ends the socket.
 */
import type { JSONValue } from "convex/values";
import { z } from "zod";

import { isTextTooNested } from "../values/nesting.ts";

/** Ids and versions are counters on the client; anything else would be a broken or hostile peer. */
const vCounter = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const MAX_PATH_CHARS = 1024;
const vPath = z.string().max(MAX_PATH_CHARS);
const vJson = z.custom<JSONValue>((value) => value !== undefined);
/** One argument object, as an array of one; the bare object of older clients is accepted too. */
const vArgs = z
  .union([z.array(vJson), z.record(z.string(), vJson)])
  .transform((args): JSONValue[] => (Array.isArray(args) ? args : [args]));

/** Of a component's function, which only operators reach; absent for the app. */
const vComponentPath = z.string().max(1_000).nullish();

const vConnect = z.object({
  type: z.literal("Connect"),
  sessionId: z.uuid(),
  connectionCount: vCounter,
  lastCloseReason: z.string().max(10_000).nullish(),
  maxObservedTimestamp: z.string().max(32).optional(),
  clientTs: z.number().optional(),
});

const vAddQuery = z.object({
  type: z.literal("Add"),
  queryId: vCounter,
  udfPath: vPath,
  args: vArgs,
  journal: z.string().nullish(),
  componentPath: vComponentPath,
});

const vRemoveQuery = z.object({ type: z.literal("Remove"), queryId: vCounter });

const vModifyQuerySet = z.object({
  type: z.literal("ModifyQuerySet"),
  baseVersion: vCounter,
  newVersion: vCounter,
  modifications: z.array(z.discriminatedUnion("type", [vAddQuery, vRemoveQuery])),
});

const vRequest = {
  requestId: vCounter,
  udfPath: vPath,
  args: vArgs,
  componentPath: vComponentPath,
};

const vMutation = z.object({ type: z.literal("Mutation"), ...vRequest });
const vAction = z.object({ type: z.literal("Action"), ...vRequest });

const vAuthenticate = z.discriminatedUnion("tokenType", [
  z.object({
    type: z.literal("Authenticate"),
    tokenType: z.literal("User"),
    value: z.string(),
    baseVersion: vCounter,
  }),
  z.object({
    type: z.literal("Authenticate"),
    tokenType: z.literal("Admin"),
    value: z.string(),
    baseVersion: vCounter,
    impersonating: z.record(z.string(), vJson).nullish(),
  }),
  z.object({
    type: z.literal("Authenticate"),
    tokenType: z.literal("None"),
    baseVersion: vCounter,
  }),
]);

/** Telemetry. Accepted and forgotten. */
const vEvent = z.object({ type: z.literal("Event") });

const vClientMessage = z.discriminatedUnion("type", [
  vConnect,
  vModifyQuerySet,
  vMutation,
  vAction,
  vAuthenticate,
  vEvent,
]);

export type ClientMessage = z.infer<typeof vClientMessage>;
export type ConnectMessage = z.infer<typeof vConnect>;
export type ModifyQuerySetMessage = z.infer<typeof vModifyQuerySet>;
export type AddQuery = z.infer<typeof vAddQuery>;
export type RequestMessage = z.infer<typeof vMutation> | z.infer<typeof vAction>;
export type AuthenticateMessage = z.infer<typeof vAuthenticate>;

export type ParsedMessage = { ok: true; message: ClientMessage } | { ok: false; reason: string };

/** Parses one text frame. Never throws; `reason` is safe to send back. */
export function parseClientMessage(frame: string): ParsedMessage {
  if (isTextTooNested(frame)) return { ok: false, reason: "Received a message that is too nested" };
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return { ok: false, reason: "Received a message that is not JSON" };
  }
  const parsed = vClientMessage.safeParse(json);
  if (parsed.success) return { ok: true, message: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  return { ok: false, reason: `Received an invalid message${where}: ${issue?.message ?? ""}` };
}
