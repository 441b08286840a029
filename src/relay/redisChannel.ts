/**
 * A Redis channel on which companions talk about one thing. Redis sends a frame back to who published
 * it, so each carries its voice in front.
 */
import type { RedisConnection } from "./redisConnection.ts";

export interface ChannelListener {
  onFrame(frame: Uint8Array): void;
  onMeeting(): void;
}

/** `voice`: who speaks, unlike anybody else on that channel, without spaces. */
export function joinRedisChannel(
  redis: RedisConnection,
  channel: string,
  voice: string,
  listener: ChannelListener,
): { say(frame: Uint8Array): void; leave(): void } {
  const prefix = Buffer.from(`${voice} `, "latin1");
  const leave = redis.subscribe(
    channel,
    (message) => {
      const end = message.indexOf(0x20) + 1;
      if (!message.subarray(0, end).equals(prefix)) listener.onFrame(message.subarray(end));
    },
    () => listener.onMeeting(),
  );
  return { say: (frame) => redis.publish(channel, Buffer.concat([prefix, frame])), leave };
}
