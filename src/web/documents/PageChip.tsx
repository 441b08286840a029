/** A page number that opens the page, with its passage marked if one is known. */
import { useClassroom, type ReaderPlace } from "../classroom/classroomContext.ts";

interface PageChipProps extends Omit<ReaderPlace, "passageId"> {
  passageId: ReaderPlace["passageId"] | undefined;
}

export function PageChip({ documentId, page, passageId }: PageChipProps) {
  const { openReader } = useClassroom();
  return (
    <button
      type="button"
      className="page-chip"
      onClick={() => openReader({ documentId, page, ...(passageId && { passageId }) })}
    >
      Page {page}
    </button>
  );
}
