/**
 * The board's history: looks at any version, with who drew what, and does with it what may be done.
 * Lies over the board, which goes on behind it. Opens without a server as well (rule WP25), so it comes with the
 * classroom's code.
 */
import { useQuery } from "convex/react";
import { useMemo, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import type { BoardLink } from "../board/link/boardLink.ts";
import { useBoardObjects } from "../board/link/useBoardLink.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { IconButton } from "../shell/IconButton.tsx";
import { Problem } from "../shell/Problem.tsx";
import { useHeadingFocus } from "../shell/useHeadingFocus.ts";
import { useNow } from "../shell/useNow.ts";
import { AuthorLegend } from "./AuthorLegend.tsx";
import { authorsOf, namesFrom } from "./authors.ts";
import { FileMenu } from "./FileMenu.tsx";
import { useVersionObjects, useVersions } from "./useVersions.ts";
import { VersionActions } from "./VersionActions.tsx";
import type { Version } from "./versionContent.ts";
import { VersionList } from "./VersionList.tsx";
import { VersionPicture } from "./VersionPicture.tsx";
import { VersionSlider } from "./VersionSlider.tsx";
import { versionTime, versionTitle } from "./versionWords.ts";
import "./history.css";

export function HistoryView({ link, onClose }: { link: BoardLink; onClose: () => void }) {
  const { session } = useClassroom();
  const board = useShownBoard(link);
  const { versions, isLoading, version, objects, names, problem, show } = board;
  const [chosenAuthor, setChosenAuthor] = useState<string>();
  const [hasFrames, setHasFrames] = useState(true);
  const now = useNow();
  const heading = useHeadingFocus();
  const authors = authorsOf(objects, version?.contributions ?? [], names);
  const steps: (Version | undefined)[] = [...versions].reverse();
  steps.push(undefined);
  const label = labelOf(version, now);

  return (
    <section
      className="history"
      aria-labelledby="history-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header className="history-bar">
        <h2 id="history-title" ref={heading} tabIndex={-1}>
          History
        </h2>
        <span className="history-label clip" role="status">
          {label}
        </span>
        <VersionActions version={version} onShow={show} />
        <FileMenu
          link={link}
          objects={objects}
          title={version ? `${session.title} ${label}` : session.title}
          names={names}
          onImported={() => show(undefined)}
        />
        <IconButton icon="close" label="Close history" small onClick={onClose} />
      </header>
      <div className="history-body">
        <VersionPicture
          objects={objects}
          label={`Picture of the board: ${label}, ${countWords(objects.length)}`}
          isLoading={board.isFetching}
          hasFrames={hasFrames}
          chosenAuthor={chosenAuthor}
        />
        {problem && (
          <Problem>
            {problem}{" "}
            <button type="button" className="link-button" onClick={board.retry}>
              Try again
            </button>
          </Problem>
        )}
        <VersionSlider
          labels={steps.map((step) => labelOf(step, now))}
          index={steps.indexOf(version)}
          onIndex={(index) => show(steps[index]?.versionId)}
        />
        <AuthorLegend
          authors={authors}
          chosen={chosenAuthor}
          onChoose={setChosenAuthor}
          hasFrames={hasFrames}
          onFrames={setHasFrames}
        />
      </div>
      <VersionList
        versions={versions}
        shownId={version?.versionId}
        isLoading={isLoading}
        onShow={show}
      />
    </section>
  );
}

/** Which version is looked at (none: the board as it is now), and what is on it. */
function useShownBoard(link: BoardLink) {
  const { sessionId, session } = useClassroom();
  const { versions, isLoading } = useVersions(sessionId);
  const people = useQuery(api.sessions.participants.list, { sessionId });
  const live = useBoardObjects(link);
  const [shownId, show] = useState<string>();
  // Of a session that has ended this browser may have no copy of the board; its last version shows it.
  const isGone = session.state.kind === "ended" && live.length === 0;
  const chosen = versions.find(({ versionId }) => versionId === shownId);
  const version = chosen ?? (isGone ? versions[0] : undefined);
  const past = useVersionObjects(version);
  const names = useMemo(() => namesFrom(people ?? [], versions), [people, versions]);
  return {
    versions,
    isLoading,
    version,
    objects: version ? past.objects : live,
    names,
    isFetching: version !== undefined && past.isLoading,
    problem: version && past.problem,
    retry: past.retry,
    show,
  };
}

function countWords(objects: number): string {
  return objects === 1 ? "1 object" : `${objects} objects`;
}

function labelOf(version: Version | undefined, now: number): string {
  if (!version) return "The board now";
  return `${versionTitle(version)}, ${versionTime(version.takenAt, now)}`;
}
