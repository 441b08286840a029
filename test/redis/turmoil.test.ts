/**
 * One companion is killed, one stopped dead and Redis hangs for half a minute, in an order and at times
 * drawn from a seed, while stock providers draw on several boards all the time. One seed here; more with
 * `TURMOIL_SEEDS=20 TURMOIL_FROM=1 npm run test:redis -- turmoil`.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { sleep, systemClock } from "../../src/util/clock.ts";
import { Chance } from "../support/boardSimulation/chance.ts";
import {
  openBoard,
  startInstallation,
  type Drawer,
  type Installation,
} from "../support/companions.ts";

const BOARDS = 3;
const COMPANIONS = 3;
const REDIS_AWAY_MS = 30_000;
const BETWEEN_STROKES_MS = 150;

const from = Number(process.env["TURMOIL_FROM"] ?? Date.now() % 1_000_000);
const seeds = Array.from({ length: Number(process.env["TURMOIL_SEEDS"] ?? 1) }, (_, i) => from + i);

let installation: Installation;
beforeAll(async () => {
  installation = await startInstallation(COMPANIONS);
});
afterAll(() => installation.dispose());

interface Board {
  sessionId: Awaited<ReturnType<Installation["startSession"]>>["sessionId"];
  drawers: Drawer[];
  /** What should be there in the end. */
  drawn: Set<string>;
}

/** A session with one person on each companion's board. */
async function startBoard(): Promise<Board> {
  const { sessionId, tokens } = await installation.startSession(COMPANIONS);
  const drawers: Drawer[] = [];
  for (const [i, companion] of installation.companions.entries()) {
    drawers.push(await openBoard(companion, sessionId, tokens[i]!));
  }
  return { sessionId, drawers, drawn: new Set() };
}

/** Everybody draws, and now and then takes something of theirs away, until it is stopped. */
async function drawUntil(boards: Board[], chance: Chance, isOver: () => boolean): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    for (const { drawers, drawn } of boards) {
      const who = chance.between(0, drawers.length - 1);
      const drawer = drawers[who]!;
      const own = drawer.ids().filter((id) => id.startsWith(`${who}-`));
      if (own.length > 0 && chance.happens(10)) {
        const id = chance.pick(own);
        drawer.erase(id);
        drawn.delete(id);
      } else {
        drawer.draw(`${who}-${n}`);
        drawn.add(`${who}-${n}`);
      }
    }
    await sleep(systemClock, BETWEEN_STROKES_MS);
  }
}

/** Kills one, stops another and lets Redis hang; all at once, or one after the other. */
async function disturb({ companions, redis }: Installation, chance: Chance): Promise<void> {
  const killed = chance.between(0, COMPANIONS - 1);
  const stopped = (killed + chance.between(1, COMPANIONS - 1)) % COMPANIONS;
  const during = async (begin: () => unknown, forMs: number, end: () => unknown) => {
    await sleep(systemClock, chance.between(0, REDIS_AWAY_MS));
    await begin();
    await sleep(systemClock, forMs);
    await end();
  };
  const [one, other] = [companions[killed]!, companions[stopped]!];
  await Promise.all([
    during(
      () => one.kill(),
      chance.between(0, 10_000),
      () => one.restart(),
    ),
    during(
      () => other.pause(),
      chance.between(1_000, 12_000),
      () => other.resume(),
    ),
    during(
      () => redis.pause(),
      REDIS_AWAY_MS,
      () => redis.resume(),
    ),
  ]);
}

it.each(seeds)(
  "[RD3] [RD4] [RD5] nothing that is drawn is lost and all see the same, whoever is killed or held while Redis is away (seed %i)",
  async (seed) => {
    const chance = new Chance(seed);
    const boards: Board[] = [];
    for (let n = 0; n < BOARDS; n++) boards.push(await startBoard());
    let isOver = false;
    const drawing = drawUntil(boards, new Chance(seed), () => isOver);
    await disturb(installation, chance);
    isOver = true;
    await drawing;
    for (const { sessionId, drawers, drawn } of boards) {
      for (const drawer of drawers) await expect.poll(drawer.ids).toEqual([...drawn].sort());
      await expect.poll(() => installation.stored(sessionId)).toEqual([...drawn].sort());
    }
  },
);
