/**
 * Pictures on their way to the board: chosen, pasted or dropped. Each is looked at, sent, and then put
 * where it was meant to go, as one step of undo.
 */
import { useCallback, useEffect, useRef } from "react";
import { appError } from "../../../../convex/contract/errors.ts";
import { MAX_IMAGE_BYTES } from "../../../../convex/contract/limits.ts";
import { useUploads, type Delivery, type Uploads } from "../../uploads/useUploads.ts";
import { addImage } from "./imageRequests.ts";
import type { ImageStore } from "./imageStore.ts";
import { pictureObject, type AddedPicture } from "../objects/pictureObject.ts";
import type { BoardActions } from "../useBoardActions.ts";
import type { Point, Size } from "../layers/viewport.ts";

const NO_PICTURE = "This is no picture that a board can show. Use PNG, JPEG, GIF or WebP.";
const OFFSET = 28; // board pixels from one to the next of several, so that each is seen

interface BoardPicturesDeps {
  sessionId: string;
  images: ImageStore;
  actions: BoardActions;
  canWrite: boolean;
}

export interface BoardUploads {
  uploads: Uploads;
  /** `at`: board pixels; in the middle of the view where nothing is said. */
  add: (files: readonly File[], at?: Point) => void;
}

export function useBoardPictures(deps: BoardPicturesDeps): BoardUploads {
  const { sessionId, images, canWrite } = deps;
  const places = useRef(new WeakMap<File, Point>());
  const latest = useRef(deps.actions); // when a picture has arrived, the view may be another one
  useEffect(() => {
    latest.current = deps.actions;
  });

  const deliver = useCallback(
    async (delivery: Delivery) => {
      const { file } = delivery;
      const size = await sizeOf(file);
      const imageId = await addImage(sessionId, delivery);
      images.keep(imageId, file);
      const picture: AddedPicture = { imageId, name: file.name, size };
      const { addPicture, middle } = latest.current;
      addPicture(pictureObject(picture, places.current.get(file) ?? middle()));
    },
    [sessionId, images],
  );
  const uploads = useUploads(deliver, MAX_IMAGE_BYTES);
  const { start } = uploads;

  const add = useCallback(
    (files: readonly File[], at?: Point) => {
      const first = at ?? latest.current.middle();
      files.forEach((file, i) => {
        places.current.set(file, { x: first.x + i * OFFSET, y: first.y + i * OFFSET });
      });
      start(files);
    },
    [start],
  );
  usePaste(canWrite, add);
  return { uploads, add };
}

/** Pasting into a field stays the field's. */
function usePaste(isEnabled: boolean, add: BoardUploads["add"]): void {
  useEffect(() => {
    if (!isEnabled) return;
    const onPaste = (event: ClipboardEvent) => {
      const isField = event.target instanceof Element && event.target.matches("input, textarea");
      const files = [...(event.clipboardData?.files ?? [])].filter(isPicture);
      if (isField || files.length === 0) return;
      event.preventDefault();
      add(files);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [isEnabled, add]);
}

export function isPicture(file: File): boolean {
  return file.type.startsWith("image/");
}

/** @throws a coded error for what the browser cannot show */
async function sizeOf(file: File): Promise<Size> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw appError("DOCUMENT_TYPE_UNSUPPORTED", NO_PICTURE);
  });
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
