/** The board as a list of sentences: for those who do not see it, and to find what is far away. */
import { useQuery } from "convex/react";
import { useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api.js";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { IconButton } from "../shell/IconButton.tsx";
import { describeObject } from "./describeObject.ts";

interface BoardOutlineProps {
  objects: readonly CanvasObject[];
  selection: ReadonlySet<string>;
  onShow: (objectId: string) => void;
  onClose: () => void;
}

export function BoardOutline({ objects, selection, onShow, onClose }: BoardOutlineProps) {
  const { sessionId } = useClassroom();
  const people = useQuery(api.sessions.participants.list, { sessionId });
  const names = new Map<string, string>(people?.map(({ userId, name }) => [userId, name]));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  return (
    <section
      className="outline"
      aria-labelledby="outline-heading"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <div className="row spread">
        <h2 id="outline-heading" ref={heading} tabIndex={-1}>
          Objects on the board
        </h2>
        <IconButton icon="close" label="Close list" small onClick={onClose} />
      </div>
      {objects.length === 0 && <p className="faint small">Nothing has been drawn yet.</p>}
      <ol>
        {objects.map((object) => (
          <li key={object.id}>
            <button
              type="button"
              className="outline-item"
              aria-current={selection.has(object.id)}
              onClick={() => onShow(object.id)}
            >
              {describeObject(object, names.get(object.metadata?.authorId ?? ""))}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
