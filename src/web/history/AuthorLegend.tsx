/** Who drew what is shown: each author with their colour; pressing one makes their objects stand out. */
import { authorStyle, type Author } from "./authors.ts";

interface AuthorLegendProps {
  authors: readonly Author[];
  chosen: string | undefined;
  onChoose: (authorId: string | undefined) => void;
  hasFrames: boolean;
  onFrames: (hasFrames: boolean) => void;
}

export function AuthorLegend({
  authors,
  chosen,
  onChoose,
  hasFrames,
  onFrames,
}: AuthorLegendProps) {
  return (
    <div className="history-legend" role="group" aria-label="Who drew what">
      <label className="history-check">
        <input
          type="checkbox"
          checked={hasFrames}
          onChange={(event) => onFrames(event.target.checked)}
        />
        Who drew what
      </label>
      {authors.map(({ authorId, name, objects, changed }) => (
        <button
          key={authorId}
          type="button"
          className="history-author"
          aria-pressed={chosen === authorId}
          onClick={() => onChoose(chosen === authorId ? undefined : authorId)}
        >
          <i style={authorStyle(authorId)} aria-hidden="true" />
          <span className="clip">{name}</span>
          <span className="faint">{countWords(objects, changed)}</span>
        </button>
      ))}
    </div>
  );
}

function countWords(objects: number, changed: number): string {
  const count = objects === 1 ? "1 object" : `${objects} objects`;
  return changed > 0 ? `${count}, ${changed} changed` : count;
}
