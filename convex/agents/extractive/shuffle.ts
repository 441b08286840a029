/** Chance that can be repeated: the same seed always shuffles the same way. PURE. */

/** A function that returns its items in another order; each call goes on from the last. */
export function createShuffle(seed: number): <T>(items: readonly T[]) => T[] {
  let state = seed >>> 0;
  // mulberry32: small, and good enough for the order of a quiz
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return (items) => {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      const [a, b] = [shuffled[last], shuffled[other]];
      if (a !== undefined && b !== undefined) [shuffled[last], shuffled[other]] = [b, a];
    }
    return shuffled;
  };
}

/** A seed from any text. */
export function seedOf(text: string): number {
  let hash = 2_166_136_261; // FNV-1a
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619) >>> 0;
  }
  return hash;
}
