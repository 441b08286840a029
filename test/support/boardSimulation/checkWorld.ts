/** What must be true of a world that was healed, whatever happened in it before. */
import { isDeepStrictEqual } from "node:util";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { SESSION, type World } from "./world.ts";

type Objects = Record<string, CanvasObject>;

/** Ids that the healing may not lose: what the store, the people and the server had before it. */
export function whatIsHeld({ people, convex, ledger }: World): string[] {
  return ledger.expected([convex.committed, ...people.map(({ doc }) => doc)]);
}

/** Sentences that tell what is wrong; none when all is well. */
export async function checkWorld(world: World, held: readonly string[]): Promise<string[]> {
  const [board, ...others] = await viewsOf(world);
  const faults = [...world.faults, ...world.people.flatMap((person) => person.faults)];
  for (const other of others) {
    const different = differences(other, board!);
    if (different !== "") faults.push(`two companions have other boards: ${different}`);
  }
  faults.push(...checkScreens(world, board!), ...checkKept(world, held, board!));
  faults.push(...checkRefused(world, board!), ...checkPresence(world));
  return faults;
}

/** What each companion has on the board. @throws when a room does not answer */
export async function viewsOf(world: World): Promise<Objects[]> {
  const viewing = Promise.all(world.processes.map(({ rooms }) => rooms.view(SESSION)));
  viewing.catch(() => undefined); // thrown below, when time has passed
  await world.time.pass(5_000);
  return (await viewing).map(({ objects }) => Object.fromEntries(objects));
}

function checkScreens({ people, time }: World, board: Objects): string[] {
  const faults: string[] = [];
  const notes = people[0]!.notes.toArray().join();
  for (const person of people) {
    if (!person.isSynced) faults.push(`${person.name} is not synced`);
    const different = differences(person.objects.toJSON(), board);
    if (different !== "") faults.push(`${person.name} sees another board: ${different}`);
    if (person.notes.toArray().join() !== notes) faults.push(`${person.name} reads other notes`);
    const overdue = [...person.marks.values()].filter(
      ({ metadata }) => (metadata?.expiresAt ?? Infinity) < time.now(),
    );
    if (overdue.length > 0) faults.push(`${person.name} still sees ${overdue[0]!.id}`);
  }
  return faults;
}

function checkKept(
  { convex, people, ledger }: World,
  held: readonly string[],
  board: Objects,
): string[] {
  const notes = new Set(people[0]!.notes);
  const lost = held.filter((id) => !(id in board) && !notes.has(id) && !ledger.mayBeGone(id));
  for (const id of convex.everCommitted) {
    const mayBeGone = ledger.spoilable.has(id) || ledger.restoredAway.has(id);
    if (id.startsWith("assistants") && !mayBeGone && !(id in board)) lost.push(id);
  }
  return lost.map((id) => `${id} is lost`);
}

function checkRefused({ ledger }: World, board: Objects): string[] {
  return Object.values(board).flatMap(({ id, fill, metadata }) => {
    if (fill === "forged") return [`the forged ${id} stands`];
    if (fill === "spoiled" && !ledger.spoilable.has(id)) return [`${id} was spoiled`];
    const authorId = metadata?.authorId;
    if (!isMakersName(id, authorId, ledger.hasForgotten)) return [`${id} is by ${authorId}`];
    const isMeddledWith = fill === "meddled" && authorId !== undefined;
    if (isMeddledWith && !ledger.meddled.has(id)) return [`${id} was meddled with`];
    const isAssistants = id.startsWith("assistants");
    if (isMarked(metadata) !== isAssistants) return [`${id} has a false source`];
    return [];
  });
}

const isMarked = (metadata: CanvasObject["metadata"]) => metadata?.source === "assistant";

/** Whether `authorId` can stand on an object, whose id tells who made it. */
function isMakersName(id: string, authorId: string | undefined, hasForgotten: boolean): boolean {
  const [what, maker] = id.split("-");
  if (what !== "drawn" && what !== "posed") return true;
  return authorId === maker || (authorId === undefined && (what === "posed" || hasForgotten));
}

function checkPresence({ people }: World): string[] {
  const here = people.map(({ doc }) => doc.clientID).sort((a, b) => a - b);
  return people.flatMap((person) => {
    const seen = [...person.awarenessIds()].sort((a, b) => a - b);
    if (seen.join() === here.join()) return [];
    return [`${person.name} sees ${seen.join()} where ${here.join()} are`];
  });
}

/** Ids that differ, a few of them; empty when none does. */
export function differences(seen: Objects, board: Objects): string {
  const ids = new Set([...Object.keys(seen), ...Object.keys(board)]);
  return [...ids]
    .filter((id) => !isDeepStrictEqual(seen[id], board[id]))
    .slice(0, 5)
    .join();
}
