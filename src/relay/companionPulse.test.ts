/** Companions' pulses over a channel and a clock that are moved by hand. */
import { expect, it } from "vitest";
import { createFakeClock } from "../../test/support/fakeClock.ts";
import { BEAT_MS, CompanionPulse, MAX_MISSED_BEATS } from "./companionPulse.ts";

const GONE_MS = (MAX_MISSED_BEATS + 2) * BEAT_MS;

function createWorld() {
  const clock = createFakeClock();
  const ears = new Map<string, (name: string) => void>();
  const cut = new Set<string>();
  let heldUpMs = 0;

  /** Starts to beat; `told` is what it notices of others. */
  function start(name: string) {
    const told: string[] = [];
    const pulse = new CompanionPulse({
      name,
      clock: {
        now: () => clock.now(),
        after: (ms, task) => clock.after(ms + (name === "slow" ? heldUpMs : 0), task),
      },
      join(onBeat) {
        ears.set(name, onBeat);
        return {
          leave: () => ears.delete(name),
          say(beat) {
            if (cut.has(name)) return;
            for (const [other, hear] of ears) if (!cut.has(other)) hear(beat);
          },
        };
      },
    });
    const stop = pulse.watch({
      onSilence: (other) => told.push(`-${other}`),
      onReturn: (other) => told.push(`+${other}`),
    });
    return { told, stop, pulse };
  }
  return { clock, cut, start, holdUp: (ms: number) => (heldUpMs = ms) };
}

it("[RD7] whoever misses its beats is told to be silent, once, and to return", async () => {
  const { clock, cut, start } = createWorld();
  const [a] = [start("a"), start("b")];
  await clock.advance(60_000);
  expect(a.told).toEqual(["+b"]);
  cut.add("b");
  await clock.advance((MAX_MISSED_BEATS - 1) * BEAT_MS);
  expect(a.told).toEqual(["+b"]);
  await clock.advance(60_000);
  expect(a.told).toEqual(["+b", "-b"]);
  cut.delete("b");
  await clock.advance(BEAT_MS);
  expect(a.told).toEqual(["+b", "-b", "+b"]);
});

it("[RD7] who does not hear itself, or is held up, counts nothing", async () => {
  const { clock, cut, start, holdUp } = createWorld();
  const [a, slow] = [start("a"), start("slow"), start("b")];
  await clock.advance(GONE_MS);
  cut.add("a");
  holdUp(BEAT_MS);
  await clock.advance(2 * BEAT_MS);
  cut.add("b");
  await clock.advance(60_000);
  expect(a.told.filter((said) => said.startsWith("-"))).toEqual([]);
  expect(slow.told.filter((said) => said.startsWith("-"))).toEqual([]);
  holdUp(0);
  await clock.advance(GONE_MS + BEAT_MS);
  expect(slow.told.filter((said) => said.startsWith("-"))).toEqual(["-a", "-b"]);
});

it("[RD7] beats while somebody watches, and leaves no timer", async () => {
  const { clock, start } = createWorld();
  const [a, b] = [start("a"), start("b")];
  const stopToo = b.pulse.watch({ onSilence: () => undefined, onReturn: () => undefined });
  b.stop();
  await clock.advance(GONE_MS);
  expect(a.told).toEqual(["+b"]);
  stopToo();
  await clock.advance(GONE_MS);
  expect(a.told).toEqual(["+b", "-b"]);
  a.stop();
  expect(clock.pending()).toBe(0);
});
