/**
 * Boards' relay over Redis: a channel for what the rooms of a board say, a key with a time limit for the
 * one that saves, and one channel on which companions show that they live (rules RD1, RD4, RD7).
 */
import { randomUUID } from "node:crypto";
import { LEASE_MS, type BoardRelay } from "../sync/peers/boardRelay.ts";
import { joinRedisChannel } from "./redisChannel.ts";
import type { Clock } from "../util/clock.ts";
import { CompanionPulse } from "./companionPulse.ts";
import type { RedisConnection } from "./redisConnection.ts";

/** 1 = held by ARGV[1] now, for ARGV[2] ms; 0 = by another. */
const TAKE = `
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;
const GIVE_BACK = `
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
  return 0`;

const PULSE_CHANNEL = "lectern:pulse";

export function createRedisBoardRelay(redis: RedisConnection, clock: Clock): BoardRelay {
  const run = randomUUID().slice(0, 13); // of this process: voices of its former life are others
  const pulse = createRedisPulse(redis, run, clock);
  let rooms = 0;

  return {
    join(sessionId, listener) {
      const voice = `${run}.${rooms++}`;
      const channel = joinRedisChannel(redis, `lectern:board:${sessionId}`, voice, listener);
      const unwatch = pulse.watch(listener);
      const leaseKey = `lectern:saver:${sessionId}`;
      let mayHoldLease = false;

      function release(): void {
        if (!mayHoldLease) return;
        mayHoldLease = false;
        void redis.run(GIVE_BACK, leaseKey, [voice]); // else it ends by itself
      }

      return {
        voice,
        isOpen: () => redis.isLive(),
        say: (frame) => channel.say(frame),
        async lease() {
          const answer = await redis.run(TAKE, leaseKey, [voice, String(LEASE_MS)]);
          if (answer === 0) return false;
          mayHoldLease ||= answer === 1;
          return true;
        },
        release,
        leave() {
          unwatch();
          channel.leave();
          release();
        },
      };
    },
  };
}

function createRedisPulse(redis: RedisConnection, name: string, clock: Clock): CompanionPulse {
  return new CompanionPulse({
    name,
    clock,
    join: (onBeat) => ({
      say: (beat) => redis.publish(PULSE_CHANNEL, Buffer.from(beat, "latin1")),
      leave: redis.subscribe(
        PULSE_CHANNEL,
        (beat) => onBeat(beat.toString("latin1")),
        () => undefined, // the next beat is a second away
      ),
    }),
  });
}
