/**
 * The gateway's rate limits as verbs: each takes one token or throws LIMIT_EXCEEDED with the time to
 * wait, which becomes 429 with `Retry-After` (GW8). Sizes and their reasons: requestLimits.ts.
 */
import { appError } from "../../../convex/contract/errors.ts";
import type { Clock } from "../../util/clock.ts";
import {
  GUESTS_PER_ADDRESS,
  IMAGES_PER_USER,
  LOGINS_PER_ACCOUNT,
  LOGINS_PER_ADDRESS,
  REFRESHES_PER_ADDRESS,
  UPLOADS_PER_ADDRESS,
  UPLOADS_PER_USER,
  VERSIONS_PER_USER,
} from "./requestLimits.ts";
import { createTokenBuckets } from "./tokenBuckets.ts";
import type { BucketSize } from "./tokenBuckets.ts";

export interface RateLimits {
  takeGuest(address: string): void;
  takeLogin(address: string): void;
  takeAccount(email: string): void;
  takeRefresh(address: string): void;
  takeUpload(address: string, userId: string): void;
  takeVersion(userId: string): void;
  takeImage(userId: string): void;
}

export function createRateLimits(clock: Clock): RateLimits {
  const limit = (size: BucketSize, sentence: string) => {
    const buckets = createTokenBuckets(size, clock);
    return (key: string) => {
      const retryAfterMs = buckets.take(key);
      if (retryAfterMs > 0) throw appError("LIMIT_EXCEEDED", sentence, { retryAfterMs });
    };
  };
  const takeGuest = limit(GUESTS_PER_ADDRESS, "Too many guests from this address. Wait a little.");
  const takeLogin = limit(
    LOGINS_PER_ADDRESS,
    "Too many sign-ins from this address. Wait a little.",
  );
  const takeAccount = limit(LOGINS_PER_ACCOUNT, "Too many tries for this account. Wait a little.");
  const takeRefresh = limit(REFRESHES_PER_ADDRESS, "Too many renewals. Wait a little.");
  const takeByUser = limit(UPLOADS_PER_USER, "You are uploading very fast. Wait a little.");
  const takeByAddress = limit(UPLOADS_PER_ADDRESS, "Too many uploads from this address. Wait.");
  const takeVersion = limit(VERSIONS_PER_USER, "That was very fast. Wait a little.");
  const takeImage = limit(IMAGES_PER_USER, "So many pictures at once. Wait a little.");
  return {
    takeGuest,
    takeLogin,
    takeAccount: (email) => takeAccount(email.toLowerCase()),
    takeRefresh,
    takeVersion,
    takeImage,
    takeUpload(address, userId) {
      takeByUser(userId);
      takeByAddress(address);
    },
  };
}
