/**
 * Sees to it that presence says whose it is: what a state's `user` field says of its person's name, id and
 * role is what the server knows (rule WB25). Knows neither clocks nor clients: an entry keeps its own, so
 * stock clients go on as if nothing had been put right. Every state is read, for one that is no JSON would
 * break every client that it reaches; that takes a microsecond, and telling others of it many times that.
 */
import type { Principal } from "../../protocol/principal.ts";
import { isRecord } from "../../util/isRecord.ts";

/** What other editors call them, too. Colours are everybody's own affair. */
const KNOWN_FIELDS = {
  name: ({ name }: Principal) => name,
  userId: ({ userId }: Principal) => userId,
  id: ({ userId }: Principal) => userId,
  role: ({ role }: Principal) => role,
} as const satisfies Record<string, (principal: Principal) => string>;

/** The state of a client that has left. */
export const GONE = "null";

/** The state to pass on, which is the given one if it is right; undefined for what is no state. */
export function namedState(state: string, principal: Principal): string | undefined {
  if (state === GONE) return state;
  const fields = parseFields(state);
  if (fields === undefined) return undefined;
  const { user } = fields;
  if (!isRecord(user)) return state; // it names nobody
  const named = nameUser(user, principal);
  return named === undefined ? state : JSON.stringify({ ...fields, user: named });
}

function parseFields(state: string): Record<string, unknown> | undefined {
  try {
    const fields: unknown = JSON.parse(state);
    return isRecord(fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** `user` with what the server knows; undefined when it says nothing else. */
function nameUser(user: Record<string, unknown>, principal: Principal) {
  let named: Record<string, unknown> | undefined;
  for (const [field, of] of Object.entries(KNOWN_FIELDS)) {
    const known = of(principal);
    if (Object.hasOwn(user, field) && user[field] !== known) {
      named = { ...(named ?? user), [field]: known };
    }
  }
  return named;
}
