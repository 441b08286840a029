/** What happens in a simulated run, as plain data, so that a run can be told, repeated and shortened. */
import type { Role } from "../../../src/protocol/principal.ts";
import type { Chance } from "./chance.ts";

export const PEOPLE = ["tess", "ada", "bob", "olga"] as const;
const KEYS = ["k0", "k1", "k2", "k3"] as const;
const ROLES: readonly Role[] = ["teacher", "student", "student", "observer"];

/** `waitMs`: how long nothing happens after it. */
export type Step = { waitMs: number } & (
  | { type: "draw"; who: number; chars: number }
  | { type: "change"; who: number; key: string }
  | { type: "erase"; who: number }
  | { type: "note"; who: number }
  | { type: "mark"; who: number; lifetimeMs: number }
  | { type: "forge"; who: number; key: string }
  | { type: "spoil"; who: number; isDeletion: boolean }
  | { type: "assistantDraws" }
  | { type: "loseLine"; who: number }
  | { type: "goOffline"; who: number; forMs: number }
  | { type: "reload"; who: number }
  | { type: "allLeave"; forMs: number; storeCutMs: number } // and close their tabs
  | { type: "stopReading"; who: number; forMs: number }
  | { type: "setRole"; who: number; role: Role }
  | { type: "setSettings"; mayEditAssistants: boolean }
  | { type: "tokenExpires"; who: number }
  | { type: "processDies"; backAfterMs: number }
  | { type: "processStops"; forMs: number }
  | { type: "processRestarts" }
  | { type: "storeCut"; forMs: number }
);
export type StepType = Step["type"];

const WEIGHTS: Readonly<Record<StepType, number>> = {
  draw: 24,
  change: 16,
  erase: 5,
  note: 5,
  mark: 5,
  forge: 6,
  spoil: 6,
  assistantDraws: 7,
  loseLine: 5,
  goOffline: 5,
  reload: 3,
  allLeave: 2,
  stopReading: 4,
  setRole: 6,
  setSettings: 2,
  tokenExpires: 2,
  processDies: 3,
  processStops: 2,
  processRestarts: 2,
  storeCut: 4,
};

/** Mostly quick, as people draw; now and then a pause in which timers run out. */
function waitMs(chance: Chance): number {
  if (chance.happens(4)) return chance.between(5_000, 45_000);
  return chance.happens(40) ? chance.between(0, 20) : chance.between(0, 700);
}

export function makeSteps(chance: Chance, count: number): Step[] {
  const bigPercent = chance.happens(15) ? 90 : 2; // a board that is compacted and comes in pieces, or not
  return Array.from({ length: count }, () => makeStep(chance, bigPercent));
}

type Details = {
  [Type in StepType]: (
    chance: Chance,
    bigPercent: number,
  ) => Omit<Extract<Step, { type: Type }>, "type" | "waitMs">;
};

const aPerson = (chance: Chance) => ({ who: chance.between(0, PEOPLE.length - 1) });
/** Mostly as long as a hiccup; sometimes longer than the watchdog has patience. */
const aTime = (chance: Chance) => ({
  forMs: chance.happens(20) ? chance.between(10_000, 50_000) : chance.between(50, 6_000),
});

const DETAILS: Details = {
  draw: (chance, bigPercent) => ({
    ...aPerson(chance),
    chars: chance.happens(bigPercent) ? chance.between(1_000, 90_000) : 0,
  }),
  change: (chance) => ({ ...aPerson(chance), key: chance.pick(KEYS) }),
  erase: aPerson,
  note: aPerson,
  mark: (chance) => ({ ...aPerson(chance), lifetimeMs: chance.between(-5_000, 90_000) }),
  forge: (chance) => ({ ...aPerson(chance), key: chance.pick(KEYS) }),
  spoil: (chance) => ({ ...aPerson(chance), isDeletion: chance.happens(50) }),
  assistantDraws: () => ({}),
  loseLine: aPerson,
  goOffline: (chance) => ({ ...aPerson(chance), ...aTime(chance) }),
  reload: aPerson,
  allLeave: (chance) => ({
    forMs: chance.between(20_000, 60_000),
    storeCutMs: chance.happens(60) ? chance.between(35_000, 70_000) : 0,
  }),
  stopReading: (chance) => ({ ...aPerson(chance), ...aTime(chance) }),
  setRole: (chance) => ({ ...aPerson(chance), role: chance.pick(ROLES) }),
  setSettings: (chance) => ({ mayEditAssistants: chance.happens(50) }),
  tokenExpires: aPerson,
  processDies: (chance) => ({ backAfterMs: aTime(chance).forMs }),
  processStops: aTime,
  processRestarts: () => ({}),
  storeCut: aTime,
};

function makeStep(chance: Chance, bigPercent: number): Step {
  const type = chance.weighted(WEIGHTS);
  const details = DETAILS[type](chance, bigPercent);
  return { type, ...details, waitMs: waitMs(chance) } as Step;
}
