/** What happens in a simulated run, as plain data, so that a run can be told, repeated and shortened. */
import type { Role } from "../../../src/protocol/principal.ts";
import type { Chance } from "./chance.ts";

export const PEOPLE = ["tess", "ada", "bob", "olga"] as const;
const KEYS = ["k0", "k1", "k2", "k3"] as const;
const ROLES: readonly Role[] = ["teacher", "student", "student", "observer"];

/** The most that an installation has in a run. */
export const MAX_COMPANIONS = 3;

/** `waitMs`: how long nothing happens after it; `at`: a companion, counted again from the first after the last. */
export type Step = { waitMs: number } & (
  | { type: "draw"; who: number; chars: number }
  | { type: "change"; who: number; key: string }
  | { type: "erase"; who: number }
  | { type: "note"; who: number }
  | { type: "mark"; who: number; lifetimeMs: number }
  | { type: "forge"; who: number; key: string }
  | { type: "spoil"; who: number; isDeletion: boolean } // what the assistant drew
  | { type: "meddle"; who: number; isDeletion: boolean } // with what somebody else drew
  | { type: "pose"; who: number; as: string }
  | { type: "clear"; who: number } // of what is one's own
  | { type: "undo"; who: number }
  | { type: "importFile"; who: number } // of some of what one sees
  | { type: "assistantDraws"; at: number }
  | { type: "keepVersion"; at: number }
  | { type: "restoreVersion"; at: number }
  | { type: "poison"; at: number } // with what Yjs breaks on
  | { type: "loseLine"; who: number }
  | { type: "goOffline"; who: number; forMs: number }
  | { type: "reload"; who: number }
  | { type: "allLeave"; forMs: number; storeCutMs: number } // and close their tabs
  | { type: "stopReading"; who: number; forMs: number }
  | { type: "setRole"; who: number; role: Role }
  | { type: "setSettings"; mayEditAssistants: boolean; mayEditOthers: boolean }
  | { type: "tokenExpires"; who: number }
  | { type: "processDies"; at: number; backAfterMs: number }
  | { type: "processStops"; at: number; forMs: number }
  | { type: "processRestarts"; at: number }
  | { type: "storeCut"; forMs: number }
  | { type: "lineToStoreCut"; at: number; forMs: number }
  | { type: "lineToRelayCut"; at: number; forMs: number }
  | { type: "allLinesCut"; at: number; forMs: number } // but those to people
  | { type: "relayLoses"; forMs: number } // some of what is said
  | { type: "relayDies"; forMs: number } // and comes back empty
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
  meddle: 6,
  pose: 3,
  clear: 1,
  undo: 6,
  importFile: 2,
  assistantDraws: 7,
  keepVersion: 4,
  restoreVersion: 4,
  poison: 2,
  loseLine: 5,
  goOffline: 5,
  reload: 3,
  allLeave: 2,
  stopReading: 4,
  setRole: 6,
  setSettings: 2,
  tokenExpires: 2,
  processDies: 4,
  processStops: 3,
  processRestarts: 2,
  storeCut: 4,
  lineToStoreCut: 2,
  lineToRelayCut: 4,
  allLinesCut: 4,
  relayLoses: 2,
  relayDies: 1,
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

const aCompanion = (chance: Chance) => ({ at: chance.between(0, MAX_COMPANIONS - 1) });
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
  meddle: (chance) => ({ ...aPerson(chance), isDeletion: chance.happens(50) }),
  pose: (chance) => ({ ...aPerson(chance), as: chance.pick(PEOPLE) }),
  clear: aPerson,
  undo: aPerson,
  importFile: aPerson,
  assistantDraws: aCompanion,
  keepVersion: aCompanion,
  restoreVersion: aCompanion,
  poison: aCompanion,
  loseLine: aPerson,
  goOffline: (chance) => ({ ...aPerson(chance), ...aTime(chance) }),
  reload: aPerson,
  allLeave: (chance) => ({
    forMs: chance.between(20_000, 60_000),
    storeCutMs: chance.happens(60) ? chance.between(35_000, 70_000) : 0,
  }),
  stopReading: (chance) => ({ ...aPerson(chance), ...aTime(chance) }),
  setRole: (chance) => ({ ...aPerson(chance), role: chance.pick(ROLES) }),
  setSettings: (chance) => {
    const percent = chance.between(1, 100);
    return { mayEditAssistants: percent <= 50, mayEditOthers: percent % 2 === 0 };
  },
  tokenExpires: aPerson,
  processDies: (chance) => ({ ...aCompanion(chance), backAfterMs: aTime(chance).forMs }),
  processStops: (chance) => ({ ...aCompanion(chance), ...aTime(chance) }),
  processRestarts: aCompanion,
  storeCut: aTime,
  lineToStoreCut: (chance) => ({ ...aCompanion(chance), ...aTime(chance) }),
  lineToRelayCut: (chance) => ({ ...aCompanion(chance), ...aTime(chance) }),
  allLinesCut: (chance) => ({ ...aCompanion(chance), ...aTime(chance) }),
  relayLoses: aTime,
  relayDies: aTime,
};

function makeStep(chance: Chance, bigPercent: number): Step {
  const type = chance.weighted(WEIGHTS);
  const details = DETAILS[type](chance, bigPercent);
  return { type, ...details, waitMs: waitMs(chance) } as Step;
}
