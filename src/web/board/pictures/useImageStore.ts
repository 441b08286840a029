/** One store of pictures for as long as a classroom is shown, and what it has as React state. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { BoardPictures } from "./boardImages.ts";
import { fetchImage } from "./imageRequests.ts";
import { createImageStore, type ImageStore } from "./imageStore.ts";

/** `sessionId` must not change during the life of the component. */
export function useImageStore(sessionId: string): ImageStore {
  const [store] = useState(() =>
    createImageStore({
      fetchImage: (imageId, signal) => fetchImage(sessionId, imageId, signal),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
  );
  useEffect(() => {
    store.open();
    return store.close;
  }, [store]);
  return store;
}

export function usePictures(store: ImageStore): BoardPictures {
  return useSyncExternalStore(store.subscribe, store.pictures);
}
