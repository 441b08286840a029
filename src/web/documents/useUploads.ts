/** The uploads of this page: what is on its way, how far, and what failed and can be tried again. */
import { useCallback, useRef, useState } from "react";
import { MAX_DOCUMENT_BYTES } from "../../../convex/contract/limits.ts";
import { freshToken } from "../entry/loginStore.ts";
import { errorSentence } from "../shell/errorSentence.ts";
import { formatBytes } from "./formatBytes.ts";
import { uploadFile } from "./uploadFile.ts";

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

export function useUploads(sessionId: string): Uploads {
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
        await uploadFile({ sessionId, file, token, onProgress });
        dismiss(uploadId); // from here on the list of documents tells the story
      } catch (error) {
        set(uploadId, { kind: "failed", message: errorSentence(error) });
      }
    },
    [sessionId, set, dismiss],
  );

  const start = useCallback(
    (files: readonly File[]) => {
      // one request a file: a bad one must not take the others with it
      const uploads = files.map((file): Upload => {
        return { uploadId: nextId.current++, file, state: firstState(file) };
      });
      setList((now) => [...now, ...uploads]);
      for (const upload of uploads) if (upload.state.kind === "sending") void run(upload);
    },
    [run],
  );

  return { list, start, retry: (upload) => void run(upload), dismiss };
}

function firstState(file: File): Upload["state"] {
  if (file.size <= MAX_DOCUMENT_BYTES) return { kind: "sending", fraction: 0 };
  const limit = formatBytes(MAX_DOCUMENT_BYTES);
  const message = `${formatBytes(file.size)} is more than a document may have (${limit}).`;
  return { kind: "failed", message };
}
