/** The uploads of this page: what is on its way, how far, and what failed and can be tried again. */
import { useCallback, useRef, useState } from "react";
import { freshToken } from "../entry/loginStore.ts";
import { errorSentence } from "../shell/errorSentence.ts";
import { formatBytes } from "../shell/formatBytes.ts";

export interface Upload {
  uploadId: number;
  file: File;
  state: { kind: "sending"; fraction: number } | { kind: "failed"; message: string };
}

export interface Uploads {
  list: readonly Upload[];
  start: (files: readonly File[]) => void;
  retry: (upload: Upload) => void;
  dismiss: (uploadId: number) => void;
}

export interface Delivery {
  file: File;
  token: string;
  /** 0..1, of the bytes sent. */
  onProgress: (fraction: number) => void;
}

/** `deliver` brings one file to where it goes, or throws; the same function at every render. */
export function useUploads(
  deliver: (delivery: Delivery) => Promise<void>,
  maxBytes: number,
): Uploads {
  const [list, setList] = useState<readonly Upload[]>([]);
  const nextId = useRef(1);

  const set = useCallback((uploadId: number, state: Upload["state"]) => {
    setList((now) => now.map((one) => (one.uploadId === uploadId ? { ...one, state } : one)));
  }, []);
  const dismiss = useCallback((uploadId: number) => {
    setList((now) => now.filter((one) => one.uploadId !== uploadId));
  }, []);

  const run = useCallback(
    async ({ uploadId, file }: Upload) => {
      set(uploadId, { kind: "sending", fraction: 0 });
      try {
        const token = await freshToken();
        if (token === null) return;
        const onProgress = (fraction: number) => set(uploadId, { kind: "sending", fraction });
        await deliver({ file, token, onProgress });
        dismiss(uploadId); // from here on what was made of it tells the story
      } catch (error) {
        set(uploadId, { kind: "failed", message: errorSentence(error) });
      }
    },
    [deliver, set, dismiss],
  );

  const start = useCallback(
    (files: readonly File[]) => {
      // one request a file: a bad one must not take the others with it
      const uploads = files.map((file): Upload => {
        return { uploadId: nextId.current++, file, state: firstState(file, maxBytes) };
      });
      setList((now) => [...now, ...uploads]);
      for (const upload of uploads) if (upload.state.kind === "sending") void run(upload);
    },
    [run, maxBytes],
  );

  return { list, start, retry: (upload) => void run(upload), dismiss };
}

function firstState(file: File, maxBytes: number): Upload["state"] {
  if (file.size <= maxBytes) return { kind: "sending", fraction: 0 };
  const message = `${formatBytes(file.size)} is more than it may have (${formatBytes(maxBytes)}).`;
  return { kind: "failed", message };
}
