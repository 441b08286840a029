/**
 * How far a room has heard each voice on its board: voice → number of the last frame, numbers from 1
 * without gaps. A room whose vector covers another's holds all that the other holds, deletions
 * included, which Yjs state vectors cannot say. Pure.
 */
export type RelayVector = ReadonlyMap<string, number>;

/** Whether `a` has heard everything that `b` has. */
export function covers(a: RelayVector, b: RelayVector): boolean {
  for (const [voice, number] of b) if ((a.get(voice) ?? 0) < number) return false;
  return true;
}

/** What is known when both are. */
export function merged(a: RelayVector, b: RelayVector): RelayVector {
  const result = new Map(a);
  for (const [voice, number] of b) result.set(voice, Math.max(number, result.get(voice) ?? 0));
  return result;
}

/** Without the voices that have gone: nobody can be asked for what they said any more. */
export function without(vector: RelayVector, gone: ReadonlySet<string>): RelayVector {
  return new Map([...vector].filter(([voice]) => !gone.has(voice)));
}
