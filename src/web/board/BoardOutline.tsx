/**
 * The board as a list of sentences, with a search: for those who do not see it, and to find what is far
 * away. What is found can be shown and selected together.
 */
import { useQuery } from "convex/react";
import { useDeferredValue, useMemo, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { IconButton } from "../shell/IconButton.tsx";
import { useHeadingFocus } from "../shell/useHeadingFocus.ts";
import type { BoardScene } from "./link/boardScene.ts";
import { describeObject } from "./objects/describeObject.ts";
import { searchObjects } from "./objects/searchObjects.ts";

interface BoardOutlineProps {
  scene: BoardScene;
  /** The scene's list, which is another one when something changed. */
  objects: readonly CanvasObject[];
  selection: ReadonlySet<string>;
  onShow: (objectIds: readonly string[]) => void;
  onClose: () => void;
}

export function BoardOutline({ scene, objects, selection, onShow, onClose }: BoardOutlineProps) {
  const [text, setText] = useState("");
  const found = useFound(scene, objects, useDeferredValue(text));
  const heading = useHeadingFocus();
  const isSearch = text.trim() !== "";
  const showAll = () => onShow(found.map(({ object }) => object.id));

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
      {objects.length === 0 ? (
        <p className="faint small">Nothing has been drawn yet.</p>
      ) : (
        <form
          role="search"
          className="row"
          onSubmit={(event) => {
            event.preventDefault();
            if (isSearch && found.length > 0) showAll();
          }}
        >
          <input
            type="search"
            className="input grow"
            aria-label="Find on the board"
            placeholder="Find words, kinds, people…"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button
            type="submit"
            className="button button-small"
            disabled={!isSearch || found.length === 0}
          >
            Show
          </button>
        </form>
      )}
      <p className={isSearch ? "faint small" : "visually-hidden"} role="status">
        {isSearch ? foundWords(found.length) : ""}
      </p>
      <ol>
        {found.map(({ object, sentence }) => (
          <li key={object.id}>
            <button
              type="button"
              className="outline-item"
              aria-current={selection.has(object.id)}
              onClick={() => onShow([object.id])}
            >
              {sentence}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function useFound(scene: BoardScene, objects: readonly CanvasObject[], text: string) {
  const { sessionId } = useClassroom();
  const people = useQuery(api.sessions.participants.list, { sessionId });
  const listed = useMemo(() => {
    const names = new Map<string, string>(people?.map(({ userId, name }) => [userId, name]));
    return objects.map((object) => {
      const author = names.get(object.metadata?.authorId ?? "");
      return { object, sentence: describeObject(object, author) };
    });
  }, [objects, people]);
  return useMemo(() => searchObjects(listed, scene, text), [listed, scene, text]);
}

function foundWords(count: number): string {
  if (count === 0) return "Nothing found";
  return count === 1 ? "One object found" : `${count} objects found`;
}
