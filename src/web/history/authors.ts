/** Who drew what: the authors of a board's objects, with their names and colours. Pure. */
import type { CSSProperties } from "react";
import { isAssistants, type CanvasObject } from "../../../convex/contract/boardOps.ts";
import { personColour } from "../board/shapes/palette.ts";

export const TUTOR = "tutor";
export const NOBODY = "unknown";

export interface Author {
  /** A person's id, TUTOR, or NOBODY for what does not say. */
  authorId: string;
  name: string;
  /** On the board. */
  objects: number;
  /** Since the version before, as the server saw it; 0 for the board as it is now. */
  changed: number;
}

/** What the server says of a version. */
export interface Contribution {
  userId: string | null; // null = the tutor
  name: string;
  changed: number;
}

export function authorOf(object: CanvasObject): string {
  return isAssistants(object) ? TUTOR : (object.metadata?.authorId ?? NOBODY);
}

/** Their colour for the style sheet, which fits it to the theme. */
export function authorStyle(authorId: string): CSSProperties {
  return { "--author": authorColour(authorId) } as CSSProperties;
}

function authorColour(authorId: string): string {
  if (authorId === TUTOR) return "var(--accent)";
  return authorId === NOBODY ? "var(--ink-faint)" : personColour(authorId);
}

/** Whoever has most on the board first; then those who only changed or deleted something. */
export function authorsOf(
  objects: readonly CanvasObject[],
  contributions: readonly Contribution[],
  names: ReadonlyMap<string, string>,
): Author[] {
  const authors = new Map<string, Author>();
  const meet = (authorId: string): Author => {
    const known = authors.get(authorId);
    if (known) return known;
    const name = names.get(authorId) ?? "Someone who left";
    const author = { authorId, name, objects: 0, changed: 0 };
    authors.set(authorId, author);
    return author;
  };
  for (const object of objects) meet(authorOf(object)).objects++;
  for (const { userId, changed } of contributions) {
    if (changed > 0) meet(userId ?? TUTOR).changed = changed;
  }
  return [...authors.values()].sort((a, b) => b.objects - a.objects || b.changed - a.changed);
}

/** Everyone whose name is known: from the versions, and who takes part now. */
export function namesFrom(
  people: readonly { userId: string; name: string }[],
  versions: readonly { contributions: readonly Contribution[] }[],
): Map<string, string> {
  const names = new Map([
    [TUTOR, "Tutor"],
    [NOBODY, "Unknown"],
  ]);
  for (const { contributions } of versions) {
    for (const { userId, name } of contributions) if (userId !== null) names.set(userId, name);
  }
  for (const { userId, name } of people) names.set(userId, name);
  return names;
}
