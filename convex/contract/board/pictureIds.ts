/** Which of its session's stored pictures a board shows: an object names its own by id, `src: "file:<id>"`. */
import type { CanvasObject } from "../boardOps.ts";

const FILE_SOURCE = /^file:([\w-]{1,64})$/;

/** What an object that shows this picture has as its `src`. */
export function sourceOf(imageId: string): string {
  return `file:${imageId}`;
}

/** Undefined for a `src` that names no stored picture. */
export function imageIdOf(src: string | null | undefined): string | undefined {
  return FILE_SOURCE.exec(src ?? "")?.[1];
}

/** The pictures that these objects and their members show, each once; whether they exist is not known here. */
export function imageIdsOf(objects: readonly CanvasObject[]): string[] {
  const ids = objects.flatMap((object) => [
    ...(object.kind === "image" ? [imageIdOf(object.src)] : []),
    ...imageIdsOf(object.objects ?? []),
  ]);
  return [...new Set(ids)].filter((id) => id !== undefined);
}
