/** Renames a document at once where it is listed, and offers to take it back. */
import { useMutation } from "convex/react";
import type { GenericId } from "convex/values";
import { api } from "../../../convex/_generated/api.js";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { showNews } from "../shell/toastStore.ts";

export function useRenameDocument() {
  const { sessionId } = useClassroom();
  const rename = useMutation(api.documents.library.rename).withOptimisticUpdate(
    (store, { documentId, name }) => {
      const { list } = api.documents.library;
      const documents = store.getQuery(list, { sessionId });
      const renamed = documents?.map((one) =>
        one.documentId === documentId ? { ...one, name } : one,
      );
      if (renamed) store.setQuery(list, { sessionId }, renamed);
    },
  );

  return async (documentId: GenericId<"documents">, before: string, after: string) => {
    const failure = "The document was not renamed";
    if (!(await attempt(failure, () => rename({ documentId, name: after })))) return;
    showNews(`Renamed to “${after}”.`, {
      label: "Undo",
      run: () => void attempt(failure, () => rename({ documentId, name: before })),
    });
  };
}
