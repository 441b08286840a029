/** The versions as a list, newest first, with what happened, when, and who changed something. */
import { Loading } from "../shell/Loading.tsx";
import { useNow } from "../shell/useNow.ts";
import { authorStyle, TUTOR } from "./authors.ts";
import type { Version } from "./versionContent.ts";
import { versionTime, versionTitle } from "./versionWords.ts";

interface VersionListProps {
  versions: readonly Version[];
  /** Undefined: the board as it is now. */
  shownId: string | undefined;
  isLoading: boolean;
  onShow: (versionId: string | undefined) => void;
}

export function VersionList({ versions, shownId, isLoading, onShow }: VersionListProps) {
  const now = useNow();
  return (
    <ol className="history-list" aria-label="Versions">
      <li>
        <button
          type="button"
          className="history-item"
          aria-current={shownId === undefined}
          onClick={() => onShow(undefined)}
        >
          <span className="history-item-title">The board now</span>
        </button>
      </li>
      {versions.map((version) => (
        <li key={version.versionId}>
          <button
            type="button"
            className="history-item"
            data-kind={version.kind}
            aria-current={shownId === version.versionId}
            onClick={() => onShow(version.versionId)}
          >
            <span className="history-item-title">{versionTitle(version)}</span>
            <span className="row spread small faint">
              <time dateTime={new Date(version.takenAt).toISOString()}>
                {versionTime(version.takenAt, now)}
              </time>
              <Changers version={version} />
            </span>
          </button>
        </li>
      ))}
      {isLoading && (
        <li>
          <Loading what="the versions" />
        </li>
      )}
      {!isLoading && versions.length === 0 && (
        <li className="faint small history-empty">
          Versions are kept by themselves while the board changes. Name one to keep it for good.
        </li>
      )}
    </ol>
  );
}

function Changers({ version }: { version: Version }) {
  const changers = version.contributions.filter(({ changed }) => changed > 0);
  if (changers.length === 0) return null;
  const names = changers.map(({ name }) => name).join(", ");
  return (
    <span className="history-changers" title={`Changed by ${names}`}>
      <span className="visually-hidden">Changed by {names}</span>
      {changers.slice(0, 5).map(({ userId }) => (
        <i key={userId} style={authorStyle(userId ?? TUTOR)} aria-hidden="true" />
      ))}
    </span>
  );
}
