/** The versions of a board, newest first, live, and what is on the one that is looked at. */
import { useConvex, usePaginatedQuery } from "convex/react";
import type { GenericId } from "convex/values";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { errorSentence } from "../shell/errorSentence.ts";
import { loadVersion, type Version } from "./versionContent.ts";

const PAGE = 50;

/** All of them: a board keeps some 150 at most, so the pages are few. */
export function useVersions(sessionId: GenericId<"sessions">): {
  versions: readonly Version[];
  isLoading: boolean;
} {
  const args = { sessionId };
  const options = { initialNumItems: PAGE };
  const { results, status, loadMore } = usePaginatedQuery(
    api.whiteboard.versions.list,
    args,
    options,
  );
  useEffect(() => {
    if (status === "CanLoadMore") loadMore(PAGE);
  }, [status, loadMore]);
  return { versions: results, isLoading: status === "LoadingFirstPage" };
}

export interface ShownVersion {
  /** In drawing order; while another version is loading, still those of the one before. */
  objects: readonly CanvasObject[];
  isLoading: boolean;
  problem: string | undefined;
  retry: () => void;
}

/** Undefined: none is looked at. What was loaded once is kept for as long as the view is open. */
export function useVersionObjects(version: Version | undefined): ShownVersion {
  const convex = useConvex();
  const known = useRef(new Map<string, Promise<CanvasObject[]>>());
  const [shown, setShown] = useState<{ versionId: string; objects: readonly CanvasObject[] }>();
  const [failed, setFailed] = useState<{ versionId: string; problem: string }>();
  const [attempt, setAttempt] = useState(0);
  const versionId = version?.versionId;
  const chunkCount = version?.chunkCount ?? 0;

  useEffect(() => {
    if (versionId === undefined) return;
    let isCurrent = true;
    const loading = known.current.get(versionId) ?? loadVersion(convex, { versionId, chunkCount });
    known.current.set(versionId, loading);
    loading.then(
      (objects) => {
        if (isCurrent) setShown({ versionId, objects });
      },
      (error: unknown) => {
        known.current.delete(versionId); // the next try asks anew
        if (isCurrent) setFailed({ versionId, problem: errorSentence(error) });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [convex, versionId, chunkCount, attempt]);

  const retry = useCallback(() => {
    setFailed(undefined);
    setAttempt((now) => now + 1);
  }, []);
  const problem = failed && failed.versionId === versionId ? failed.problem : undefined;
  const isLoading = versionId !== undefined && shown?.versionId !== versionId && !problem;
  return { objects: shown?.objects ?? NOTHING, isLoading, problem, retry };
}

const NOTHING: readonly CanvasObject[] = [];
