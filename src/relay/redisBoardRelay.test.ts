/** Two companions' relays over a real redis-server; skipped where there is none. */
import { expect, onTestFinished, test, vi } from "vitest";
import { startTcpProxy } from "../../test/support/tcpProxy.ts";
import { hasRedis, startRedisServer } from "../../test/support/redisServer.ts";
import { LEASE_MS, type RelayChannel } from "../sync/peers/boardRelay.ts";
import type { Clock } from "../util/clock.ts";
import { systemClock } from "../util/clock.ts";
import { silentLogger, type Logger } from "../util/logger.ts";
import { createRedisBoardRelay } from "./redisBoardRelay.ts";
import { createRedisConnection } from "./redisConnection.ts";

const it = test.skipIf(!hasRedis);

async function startRedis() {
  const redis = await startRedisServer();
  onTestFinished(() => redis.kill());
  return redis;
}

function connect(url: string, logger: Logger = silentLogger, clock: Clock = systemClock) {
  const connection = createRedisConnection({ url, clock, logger });
  onTestFinished(() => connection.close());
  return { connection, relay: createRedisBoardRelay(connection, clock) };
}

/** One room; `meetings` counts how often the way opened, `heard` holds what came, as text. */
function join({ relay }: Pick<ReturnType<typeof connect>, "relay">, sessionId = "s") {
  const room = { heard: [] as string[], meetings: 0 };
  const channel: RelayChannel = relay.join(sessionId, {
    onFrame: (frame) => room.heard.push(Buffer.from(frame).toString("latin1")),
    onMeeting: () => room.meetings++,
    onSilence: () => undefined,
    onReturn: () => undefined,
  });
  return Object.assign(room, {
    channel,
    say: (text: string) => channel.say(Buffer.from(text, "latin1")),
  });
}

const meet = (rooms: { meetings: number }[], times = 1) =>
  vi.waitFor(
    () => expect(rooms.map(({ meetings }) => meetings)).toEqual(rooms.map(() => times)),
    5_000,
  );

it("[RD5] frames of any bytes reach the other rooms of the board in order, and nobody else", async () => {
  const { url } = await startRedis();
  const [a, b] = [connect(url), connect(url)];
  const [first, second, third, elsewhere] = [join(a), join(b), join(a), join(b, "other")];
  await meet([first, second, third, elsewhere]);
  const said = ["one \0\xff two", "", " ", "x".repeat(300_000)];
  for (const text of said) first.say(text);
  await vi.waitFor(() => expect(second.heard).toEqual(said));
  await vi.waitFor(() => expect(third.heard).toEqual(said));
  expect([first.heard, elsewhere.heard]).toEqual([[], []]);
  second.channel.leave();
  first.say("after");
  await vi.waitFor(() => expect(third.heard).toContain("after"));
  expect(second.heard).toEqual(said);
});

it("[RD4] the right to save is one room's until it gives it back, leaves or its time is up", async () => {
  const { url } = await startRedis();
  const side = connect(url);
  const [a, b] = [join(side), join(connect(url))];
  await meet([a, b]);
  const leases = async () => [await a.channel.lease(), await b.channel.lease()];
  expect([await leases(), await leases()]).toEqual([
    [true, false],
    [true, false],
  ]);
  a.channel.release();
  expect([await b.channel.lease(), await a.channel.lease()]).toEqual([true, false]);
  b.channel.leave();
  await expect.poll(() => a.channel.lease()).toBe(true);
  const leftMs = await side.connection.run(
    "return redis.call('PTTL', KEYS[1])",
    "lectern:saver:s",
    [],
  );
  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(LEASE_MS);
});

it("[RD5] without a Redis at start nothing fails, and everybody meets once it is there", async () => {
  const redis = await startRedis();
  await redis.kill();
  const lines: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_, message) => lines.push(message) };
  const [a, b] = [join(connect(redis.url, logger)), join(connect(redis.url))];
  a.say("lost");
  expect([await a.channel.lease(), await b.channel.lease()]).toEqual([true, true]);
  await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining("cannot be reached")]));
  await redis.start();
  await meet([a, b]);
  a.say("heard");
  await vi.waitFor(() => expect(b.heard).toEqual(["heard"]));
  await redis.kill();
  await redis.start();
  await meet([a, b], 2);
  b.say("again");
  await vi.waitFor(() => expect(a.heard).toEqual(["again"]));
  expect(lines).toHaveLength(2); // once an outage, not once a try
});

it("[RD5] a Redis that hangs is waited for once, not by every save", async () => {
  const redis = await startRedis();
  const due: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (_, task) => {
      due.push(task);
      return () => undefined;
    },
  };
  const side = connect(redis.url, silentLogger, clock);
  const [a, b] = [join(side), join(connect(redis.url))];
  await meet([a, b]);
  expect(await b.channel.lease()).toBe(true);
  redis.pause();
  onTestFinished(() => redis.resume());
  const asked = a.channel.lease();
  due.pop()?.(); // the time for an answer is up; what is left is when it is given up
  expect(await asked).toBe(true);
  expect(await a.channel.lease()).toBe(true); // without waiting
  expect(side.connection.isLive()).toBe(false);
  redis.resume();
  await vi.waitFor(() => expect(side.connection.isLive()).toBe(true));
  expect(a.meetings).toBe(2);
  expect(await a.channel.lease()).toBe(false);
});

it("[RD5] a connection that stays mute is given up for a new one, and everybody meets on that", async () => {
  const redis = await startRedis();
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(() => proxy.close());
  const due: (() => void)[] = [];
  const clock: Clock = {
    ...systemClock,
    after: (_, task) => {
      due.push(task);
      return () => undefined;
    },
  };
  const side = connect(proxy.address.replace("http", "redis"), silentLogger, clock);
  const [a, b] = [join(side), join(connect(redis.url))];
  await meet([a, b]);
  proxy.muteServer();
  const asked = a.channel.lease();
  due.pop()?.(); // the time for an answer is up
  expect(await asked).toBe(true);
  b.say("swallowed");
  proxy.unmuteServer();
  due.pop()?.(); // given up
  await vi.waitFor(() => expect(side.connection.isLive()).toBe(true));
  await meet([a], 2);
  b.say("heard");
  await vi.waitFor(() => expect(a.heard).toContain("heard"));
});

it("[RD5] a room that joins while Redis hangs, and then dies, meets the others when it is back", async () => {
  const redis = await startRedis();
  const [a, b] = [connect(redis.url), connect(redis.url)];
  const early = join(a);
  await meet([early]);
  await vi.waitFor(() => expect(b.connection.isLive()).toBe(true));
  redis.pause();
  const late = join(b);
  await redis.kill();
  await redis.start();
  await vi.waitFor(() => expect(late.meetings).toBeGreaterThan(0));
  await vi.waitFor(() => expect(early.meetings).toBeGreaterThan(1));
  late.say("here");
  await vi.waitFor(() => expect(early.heard).toEqual(["here"]));
  early.say("and here");
  await vi.waitFor(() => expect(late.heard).toEqual(["and here"]));
});
