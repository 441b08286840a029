/**
 * What one HTTP request may be and how often one may come, as named numbers with their reasons. Each
 * is attacked by a test over a real connection (GW and UP rules).
 */
import type { BucketSize } from "./tokenBuckets.ts";

const SECOND_MS = 1_000;

/** Node's default is 16 KiB too; said here since tests rely on it. Our largest header is a token. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** A client that needs longer to send its headers is a slow-loris. */
export const HEADERS_TIMEOUT_MS = 10 * SECOND_MS;
/** For a whole request: 50 MB over a school's 2 Mbit/s line takes 200 s. */
export const REQUEST_TIMEOUT_MS = 300 * SECOND_MS;
/** How often Node looks for requests past those times; its default of 30 s would triple the first. */
export const TIMEOUT_CHECK_MS = 1 * SECOND_MS;
/** Longer than a proxy's own (60 s is usual), so that the proxy, not we, ends an idle connection. */
export const KEEP_ALIVE_MS = 65 * SECOND_MS;
/** The longest JSON body is a registration. */
export const MAX_JSON_BYTES = 16 * 1024;

/** Multipart framing and names beside the files' own bytes. */
export const MAX_UPLOAD_OVERHEAD_BYTES = 64 * 1024;

/** A class of a hundred behind one school address may enter together; then one a second. */
export const GUESTS_PER_ADDRESS: BucketSize = { burst: 120, refillMs: 1 * SECOND_MS };
/** Signing in costs a fifth of a second of CPU; a class at once, then one every two seconds. */
export const LOGINS_PER_ADDRESS: BucketSize = { burst: 60, refillMs: 2 * SECOND_MS };
/** Guesses at one account's password, from wherever they come. */
export const LOGINS_PER_ACCOUNT: BucketSize = { burst: 10, refillMs: 30 * SECOND_MS };
/** A page renews once an hour, at start, and after sleep. */
export const REFRESHES_PER_ADDRESS: BucketSize = { burst: 300, refillMs: SECOND_MS / 5 };
/** A teacher prepares a term in one go; reading a document costs seconds of CPU. */
export const UPLOADS_PER_USER: BucketSize = { burst: 20, refillMs: 6 * SECOND_MS };
export const UPLOADS_PER_ADDRESS: BucketSize = { burst: 100, refillMs: 2 * SECOND_MS };
/** Each version and each restore reads or writes a whole board. */
export const VERSIONS_PER_USER: BucketSize = { burst: 20, refillMs: 3 * SECOND_MS };
/** A page that opens a full board asks for all its pictures at once; some open it in several tabs. */
export const IMAGES_PER_USER: BucketSize = { burst: 600, refillMs: SECOND_MS / 10 };
