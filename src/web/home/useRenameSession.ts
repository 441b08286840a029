/** Renames a session at once in every list that shows it, and offers to take it back. */
import { useMutation } from "convex/react";
import type { GenericId } from "convex/values";
import { api } from "../../../convex/_generated/api.js";
import { attempt } from "../shell/attempt.ts";
import { showNews } from "../shell/toastStore.ts";

export function useRenameSession() {
  const rename = useMutation(api.sessions.lifecycle.rename).withOptimisticUpdate(
    (store, { sessionId, title }) => {
      const { listMine, get } = api.sessions.lifecycle;
      const list = store.getQuery(listMine, {});
      const renamed = list?.map((row) => (row.sessionId === sessionId ? { ...row, title } : row));
      if (renamed) store.setQuery(listMine, {}, renamed);
      const session = store.getQuery(get, { sessionId });
      if (session) store.setQuery(get, { sessionId }, { ...session, title });
    },
  );

  return async (sessionId: GenericId<"sessions">, before: string, after: string) => {
    const failure = "The session was not renamed";
    if (!(await attempt(failure, () => rename({ sessionId, title: after })))) return;
    showNews(`Renamed to “${after}”.`, {
      label: "Undo",
      run: () => void attempt(failure, () => rename({ sessionId, title: before })),
    });
  };
}
