/**
 * How deep values may lie in each other. What writes, reads and checks them goes through them by
 * recursion, in every page that has the board as well.
 */

/** Levels of lists and maps within a value, and of types within types; editors need about ten. */
export const MAX_NESTING = 100;

/** Whether plain data has more than `levels` levels of lists and maps. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
