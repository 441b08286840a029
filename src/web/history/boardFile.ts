/**
 * A board as a JSON file: what the export writes and the import takes. An import is checked whole before
 * anything of it is drawn; its objects become new ones of the person who imports, so that the server
 * judges them as if they had been drawn by hand. Pure.
 */
import { z } from "zod";
import {
  canvasObject,
  overlaps,
  unionBox,
  type Box,
  type CanvasObject,
} from "../../../convex/contract/boardOps.ts";
import type { ErrorCode } from "../../../convex/contract/errors.ts";
import { extentOf } from "../../../convex/contract/board/objectExtent.ts";
import { isDeeper, MAX_NESTING } from "../../../convex/contract/board/nesting.ts";
import { sourceOf } from "../../../convex/contract/board/pictureIds.ts";
import { moveObject } from "../board/objects/objectGeometry.ts";

export const MAX_FILE_BYTES = 64 * 1024 * 1024; // with its pictures
const MAX_OBJECTS_CHARS = 4 * 1024 * 1024; // far below what one message of the board socket may have
export const MAX_IMPORT_OBJECTS = 5_000;
const GAP = 60; // board pixels between what is there and what comes

const FORMAT = "lectern-board";
const NEWEST = 1;

const zHead = z.object({ format: z.literal(FORMAT), version: z.number().int().min(1) });
const zBody = z.object({
  objects: z.array(z.unknown()),
  pictures: z
    .record(
      z.string().regex(/^[\w-]{1,64}$/),
      z.string().regex(/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]*={0,2}$/),
    )
    .default({}),
});

export interface BoardFile {
  /** In drawing order. */
  objects: CanvasObject[];
  /** What objects name as `file:<id>`, as `data:` addresses by id; without those that could not be had. */
  pictures: ReadonlyMap<string, string>;
}

/** Says in a sentence for people what is wrong with a file. */
export class BoardFileError extends Error {
  override name = "BoardFileError";
  /** Where `errorSentence` finds what to say. */
  readonly data: { code: ErrorCode; message: string };

  constructor(message: string) {
    super(message);
    this.data = { code: "INVALID_INPUT", message };
  }
}

/** `names`: of the authors, by id. `savedAt`: ms since epoch. */
export function writeBoardFile(board: {
  title: string;
  savedAt: number;
  names: ReadonlyMap<string, string>;
  objects: readonly CanvasObject[];
  pictures: BoardFile["pictures"];
}): string {
  const { title, savedAt, names, objects } = board;
  const authors = Object.fromEntries(
    objects.flatMap(({ metadata }) => {
      const name = names.get(metadata?.authorId ?? "");
      return metadata?.authorId && name ? [[metadata.authorId, name]] : [];
    }),
  );
  const at = new Date(savedAt).toISOString();
  const pictures = Object.fromEntries(board.pictures);
  const file = { format: FORMAT, version: NEWEST, title, savedAt: at, authors, objects, pictures };
  return JSON.stringify(file, undefined, 1);
}

/** @throws BoardFileError */
export function readBoardFile(text: string): BoardFile {
  if (text.length > MAX_FILE_BYTES) throw new BoardFileError("This file is larger than 64 MB.");
  const json = parseJson(text);
  const head = zHead.safeParse(json);
  const body = zBody.safeParse(json);
  if (!head.success || !body.success) {
    throw new BoardFileError("This is not a board that was saved as JSON here.");
  }
  if (head.data.version > NEWEST) {
    throw new BoardFileError("This board was saved by a newer version of Lectern.");
  }
  const { objects, pictures } = body.data;
  if (objects.length === 0) throw new BoardFileError("There is nothing on this board.");
  if (objects.length > MAX_IMPORT_OBJECTS) {
    throw new BoardFileError(`A file may hold at most ${MAX_IMPORT_OBJECTS} objects.`);
  }
  const deep = objects.findIndex((object) => isDeeper(object, MAX_NESTING));
  if (deep !== -1) throw new BoardFileError(`Object ${deep + 1} of this file is nested too deep.`);
  if (JSON.stringify(objects).length > MAX_OBJECTS_CHARS) {
    throw new BoardFileError(
      "The objects of this file, without its pictures, are larger than 4 MB.",
    );
  }
  return { objects: objects.map(checked), pictures: new Map(Object.entries(pictures)) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BoardFileError("This file is not JSON.");
  }
}

function checked(value: unknown, index: number): CanvasObject {
  const object = canvasObject.safeParse(value);
  if (object.success) return object.data;
  const issue = object.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` (${issue.path.join(".")})` : "";
  throw new BoardFileError(`Object ${index + 1} of this file is damaged${where}.`);
}

interface ImportPlace {
  authorId: string;
  /** ms since epoch; what is imported lies above what has been drawn before. */
  drawnAt: number;
  newId: () => string;
  /** The box around what is on the board. */
  taken: Box | undefined;
  /** The ids of pictures on this board by those in the file; others keep theirs. */
  imageIds: ReadonlyMap<string, string>;
}

/** New objects of `authorId`, in the same order, below what is there unless their own place is free. */
export function importObjects(
  objects: readonly CanvasObject[],
  { authorId, drawnAt, newId, taken, imageIds }: ImportPlace,
): CanvasObject[] {
  const ids = new Map<string, string>();
  for (const [before, after] of imageIds) ids.set(sourceOf(before), sourceOf(after));
  for (const object of objects) collectIds(object, ids, newId);
  const own = unionBox(objects.map(extentOf));
  const isTaken = taken !== undefined && overlaps(own, taken);
  const down = isTaken ? taken.y + taken.height + GAP - own.y : 0;
  return objects.map((object, index) => {
    const renamed = withIds(object, ids) as CanvasObject;
    const at = drawnAt + index / 1000; // keeps their order without running ahead of the clock
    const metadata = { ...renamed.metadata, source: "user" as const, authorId, drawnAt: at };
    delete metadata.expiresAt; // what is imported stays
    return moveObject({ ...renamed, metadata }, 0, down);
  });
}

function collectIds(object: CanvasObject, ids: Map<string, string>, newId: () => string): void {
  for (const id of [object.id, object.groupId]) if (id && !ids.has(id)) ids.set(id, newId());
  for (const member of object.objects ?? []) collectIds(member, ids, newId);
}

/** Where ids stand; any other text that happens to equal one is left alone. */
const NAMES_AN_ID = /^id$|Id$|_id$|^linked_to$|^from$|^to$|^src$/;
/** Whose an object was. */
const OF_ITS_AUTHOR = new Set(["source", "authorId", "seal"]);
/** Whose nodes have ids of their own, by which its edges name them. */
const GRAPH = "layoutSpec";

/** A deep copy with every old id replaced, also where metadata points to another object. */
function withIds(value: unknown, ids: ReadonlyMap<string, string>, key = ""): unknown {
  if (typeof value === "string") return NAMES_AN_ID.test(key) ? (ids.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids, key));
  if (typeof value !== "object" || value === null || key === GRAPH) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !OF_ITS_AUTHOR.has(name))
      .map(([name, item]) => [name, withIds(item, ids, name)]),
  );
}
