/** Tutor rooms' relay over Redis: a channel for what is said of a session's turns (rules TU14-TU16). */
import { randomUUID } from "node:crypto";
import type { TurnRelay } from "../tutor/turnRelay.ts";
import { joinRedisChannel } from "./redisChannel.ts";
import type { RedisConnection } from "./redisConnection.ts";

export function createRedisTurnRelay(redis: RedisConnection): TurnRelay {
  return {
    join: (sessionId, listener) =>
      joinRedisChannel(redis, `lectern:tutor:${sessionId}`, randomUUID(), listener),
  };
}
