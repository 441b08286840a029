/**
 * The pictures of one board in this page: each fetched once, when it is first shown, and kept as an
 * address of the browser's own, since a picture in a drawing cannot say who asks for it. Knows no React.
 *
 * BO13 A picture that is there is fetched until it has come; one that is gone is not asked for again.
 */
import { retryDelay } from "../../shell/retryDelay.ts";
import type { BoardPictures } from "./boardImages.ts";

/** "gone": the board has no such picture. */
type Entry = { kind: "coming" } | { kind: "here"; blob: Blob; href: string } | { kind: "gone" };

export interface ImageStoreDeps {
  /** Null when there is no such picture. @throws when it cannot be had now */
  fetchImage: (imageId: string, signal: AbortSignal) => Promise<Blob | null>;
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
}

export interface ImageStore {
  /** May be opened again after `close`, which forgets all. */
  open: () => void;
  close: () => void;
  /** Another value whenever a picture has come. */
  pictures: () => BoardPictures;
  subscribe: (listener: () => void) => () => void;
  /** A picture that this page itself has just brought to the board. */
  keep: (imageId: string, blob: Blob) => void;
}

export function createImageStore({ fetchImage, wait }: ImageStoreDeps): ImageStore {
  const entries = new Map<string, Entry>();
  const listeners = new Set<() => void>();
  let life = new AbortController();

  const addressOf = (imageId: string): string | undefined => {
    const entry = entries.get(imageId);
    if (entry === undefined && !life.signal.aborted) void bring(imageId, life.signal);
    return entry?.kind === "here" ? entry.href : undefined;
  };
  const read = async (imageId: string): Promise<Blob | undefined> => {
    const entry = entries.get(imageId);
    if (entry?.kind === "here") return entry.blob;
    return (await fetchImage(imageId, life.signal).catch(() => null)) ?? undefined;
  };
  let pictures: BoardPictures = { addressOf, read };

  const tell = () => {
    pictures = { addressOf, read };
    for (const listener of listeners) listener();
  };
  const keep = (imageId: string, blob: Blob) => {
    const before = entries.get(imageId);
    if (before?.kind === "here") return;
    entries.set(imageId, { kind: "here", blob, href: URL.createObjectURL(blob) });
    tell();
  };

  async function bring(imageId: string, signal: AbortSignal): Promise<void> {
    entries.set(imageId, { kind: "coming" });
    const isOver = () => signal.aborted;
    for (let failures = 0; !isOver(); failures++) {
      try {
        const blob = await fetchImage(imageId, signal);
        if (isOver()) return;
        if (blob) keep(imageId, blob);
        else if (entries.get(imageId)?.kind === "coming") entries.set(imageId, { kind: "gone" });
        return;
      } catch {
        await wait(retryDelay(failures, Math.random())); // the network is away, or the server busy
      }
    }
  }

  return {
    open() {
      if (!life.signal.aborted) return;
      life = new AbortController();
      tell(); // whoever shows pictures asks for them again
    },
    close() {
      life.abort();
      for (const entry of entries.values()) {
        if (entry.kind === "here") URL.revokeObjectURL(entry.href);
      }
      entries.clear();
    },
    pictures: () => pictures,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keep,
  };
}
