/**
 * Password hashes: scrypt, with the parameters inside the stored text, so that raising them later
 * leaves old hashes checkable. An unknown account costs the same work as a wrong password (ID6), and
 * at most MAX_PARALLEL hashes run at once, since each takes 32 MB and a thread of the pool.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { appError } from "../../../convex/contract/errors.ts";

const derive = promisify<Buffer | string, Buffer, number, object, Buffer>(scrypt);

/** OWASP's scrypt setting for 32 MB: N=2^15, r=8, p=3; about a fifth of a second here. */
const COST = { ln: 15, r: 8, p: 3 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;
/** Half of Node's default thread pool: file and DNS work must go on while people log in. */
const MAX_PARALLEL = 2;
/** Beyond this people would wait over ten seconds; they are told to come back instead. */
const MAX_WAITING = 64;

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{22,})\$([\w-]{43})$/;

export interface Passwords {
  /** `$scrypt$ln=…,r=…,p=…$salt$hash`. @throws LIMIT_EXCEEDED when too many wait */
  hash(password: string): Promise<string>;
  /** Whether `password` made `stored`; null (no such account) takes as long and is false. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const enter = createQueue(MAX_PARALLEL, MAX_WAITING);
  const nobody = encode(COST, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));
  return {
    hash: (password) =>
      enter(async () => {
        const salt = randomBytes(SALT_BYTES);
        return encode(COST, salt, await run(password, salt, COST));
      }),
    verify: (password, stored) =>
      enter(async () => {
        const { cost, salt, key } = decode(stored ?? nobody);
        const isSame = timingSafeEqual(await run(password, salt, cost), key);
        return isSame && stored !== null;
      }),
  };
}

function run(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const { ln, r, p } = cost;
  // NFC: the same letters typed on another system must stay the same password.
  return derive(password.normalize("NFC"), salt, KEY_BYTES, {
    N: 2 ** ln,
    r,
    p,
    maxmem: MAX_MEMORY_BYTES,
  });
}

function encode(cost: typeof COST, salt: Buffer, key: Buffer): string {
  const parameters = `ln=${cost.ln},r=${cost.r},p=${cost.p}`;
  return `$scrypt$${parameters}$${salt.toString("base64url")}$${key.toString("base64url")}`;
}

function decode(stored: string) {
  const [, ln, r, p, salt, key] = FORMAT.exec(stored) ?? [];
  if (salt === undefined || key === undefined) throw new Error("a stored password hash is damaged");
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64url"),
    key: Buffer.from(key, "base64url"),
  };
}

function createQueue(maxParallel: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async function enter<T>(work: () => Promise<T>): Promise<T> {
    if (running >= maxParallel) {
      if (waiting.length >= maxWaiting) {
        throw appError("LIMIT_EXCEEDED", "Too many people are signing in. Try again in a moment.");
      }
      await new Promise<void>((resume) => waiting.push(resume)); // inherits its predecessor's place
    } else {
      running++;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
