/** What people do on the board in a simulation: by whom, to what, and what the ledger notes of it. */
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { importObjects } from "../../../src/web/history/boardFile.ts";
import type { Chance } from "./chance.ts";
import type { Ledger } from "./ledger.ts";
import type { SimulatedPeer } from "./simulatedPeer.ts";
import type { Step, StepType } from "./steps.ts";
import type { VirtualTime } from "./virtualTime.ts";

/** What of the world they need. */
interface Playground {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly ledger: Ledger;
  person(who: number): SimulatedPeer;
  /** One that nothing had before. */
  newId(prefix: string): string;
  nextNumber(): number;
  /** Notes what the person may spoil without being undone, for what their companion cannot know. */
  excuse(peer: SimulatedPeer, options: { isDialling: boolean }): void;
}

type PeoplesStep =
  | ("draw" | "change" | "erase" | "note" | "mark" | "forge")
  | ("spoil" | "meddle" | "pose" | "clear" | "undo" | "importFile");

export type Deeds<Type extends StepType> = {
  [One in Type]: (step: Extract<Step, { type: One }>) => void;
};

export function peoplesDeeds(world: Playground): Deeds<PeoplesStep> {
  return {
    draw: ({ who, chars }) => {
      const person = world.person(who);
      const id = world.newId(`drawn-${person.name}`);
      const more = chars > 0 ? { kind: "path" as const, points: "M 1 ".repeat(chars / 4) } : {};
      world.ledger.made(id, person, world.time.now());
      person.objects.set(id, object(id, { ...more, metadata: { authorId: person.name } }));
    },
    change: ({ who, key }) => {
      world.person(who).objects.set(key, object(key, { x: world.nextNumber() }));
    },
    erase: ({ who }) => {
      const { objects, name } = world.person(who);
      const own = [...objects.keys()].filter((id) => id.startsWith(`drawn-${name}`));
      if (own.length === 0) return;
      const id = world.chance.pick(own);
      objects.delete(id);
      world.ledger.erased.add(id);
    },
    note: ({ who }) => {
      const person = world.person(who);
      const id = world.newId("note");
      world.ledger.made(id, person, world.time.now());
      person.notes.insert(world.chance.between(0, person.notes.length), [id]);
    },
    mark: ({ who, lifetimeMs }) => {
      const id = world.newId("mark");
      const expiresAt = world.time.now() + lifetimeMs;
      const mark = object(id, { kind: "highlight_stroke", metadata: { expiresAt } });
      world.person(who).marks.set(id, mark);
    },
    forge: ({ who, key }) => {
      // With the seal of something that the tutor did draw, if there is anything.
      const sealed = [...world.person(who).objects.values()].find(
        ({ metadata }) => metadata?.["seal"],
      );
      const metadata = { ...sealed?.metadata, source: "assistant" as const };
      const forged = object(key, { fill: "forged", metadata });
      world.person(who).objects.set(key, forged);
      world.ledger.forgeries++;
    },
    spoil: ({ who, isDeletion }) => {
      const { objects, name } = world.person(who);
      const assistants = [...objects.keys()].filter((id) => id.startsWith("assistants"));
      if (assistants.length === 0) return;
      const id = world.chance.pick(assistants);
      world.ledger.spoils.push({ id, by: name });
      world.excuse(world.person(who), { isDialling: false });
      if (isDeletion) objects.delete(id);
      else objects.set(id, { ...objects.get(id)!, fill: "spoiled" });
    },
    meddle: ({ who, isDeletion }) => {
      const { objects, name } = world.person(who);
      const others = [...objects.keys()].filter((id) => isDrawnByOther(id, name));
      if (others.length === 0) return;
      const id = world.chance.pick(others);
      world.ledger.meddlings.push({ id, by: name });
      if (isDeletion) objects.delete(id);
      else objects.set(id, { ...objects.get(id)!, fill: "meddled" });
    },
    pose: ({ who, as }) => {
      const person = world.person(who);
      const id = world.newId(`posed-${person.name}`);
      world.ledger.made(id, person, world.time.now());
      person.objects.set(id, object(id, { metadata: { authorId: as } }));
    },
    clear: ({ who }) => {
      const { objects, doc, name } = world.person(who);
      const own = [...objects.keys()].filter((id) => id.startsWith(`drawn-${name}-`));
      doc.transact(() => own.forEach((id) => objects.delete(id)));
      for (const id of own) world.ledger.erased.add(id);
    },
    undo: ({ who }) => {
      for (const id of world.person(who).undo()) world.ledger.erased.add(id);
    },
    importFile: ({ who }) => importFile(world, world.person(who)),
  };
}

/** As the page does it with the file that it has made of some of what is on the screen. */
function importFile(world: Playground, person: SimulatedPeer): void {
  const seen = [...person.objects.values()].filter(({ fill }) => fill === undefined).slice(0, 4);
  if (seen.length === 0) return;
  const imported = importObjects(structuredClone(seen), {
    authorId: person.name,
    drawnAt: world.time.now(),
    newId: () => world.newId(`drawn-${person.name}`),
    taken: undefined,
    imageIds: new Map(),
  });
  for (const { id } of imported) world.ledger.made(id, person, world.time.now());
  person.doc.transact(() => {
    for (const one of imported) person.objects.set(one.id, one);
  });
}

function isDrawnByOther(id: string, name: string): boolean {
  return id.startsWith("drawn-") && !id.startsWith(`drawn-${name}-`);
}

/** A rectangle, but for what `more` says. */
export function object(id: string, more: Partial<CanvasObject> = {}): CanvasObject {
  return { id, kind: "rect", ...more };
}
