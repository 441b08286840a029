/**
 * The classroom: the board fills the screen, the panel stands beside it, and the reader opens over
 * the board so that conversation and document are seen together. On a phone one of them at a time.
 */
import { useCallback, useMemo, useRef, useState, type CSSProperties } from "react";
import { MAX_DOCUMENT_BYTES } from "../../../convex/contract/limits.ts";
import { Board, type BoardHandle } from "../board/Board.tsx";
import type { BoardLink } from "../board/link/boardLink.ts";
import { BoardImages } from "../board/pictures/boardImages.ts";
import { isPicture } from "../board/pictures/useBoardPictures.ts";
import { useBoardLink } from "../board/link/useBoardLink.ts";
import { useImageStore, usePictures } from "../board/pictures/useImageStore.ts";
import { useTutorLink } from "../conversation/useTutorLink.ts";
import { DropZone } from "../documents/DropZone.tsx";
import { Reader } from "../documents/Reader.tsx";
import { sendDocument } from "../documents/sendDocument.ts";
import { HistoryView } from "../history/HistoryView.tsx";
import { useUploads } from "../uploads/useUploads.ts";
import { ErrorBoundary } from "../shell/ErrorBoundary.tsx";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { ClassroomBar } from "./ClassroomBar.tsx";
import {
  ClassroomContext,
  type Classroom,
  type Me,
  type ReaderPlace,
  type SessionDetails,
} from "./classroomContext.ts";
import { Panel, type PanelName } from "./Panel.tsx";
import { PanelResizer } from "./PanelResizer.tsx";
import { useMediaQuery } from "./useMediaQuery.ts";
import { usePanelWidth } from "./usePanelWidth.ts";
import "./classroom.css";

/** Below this the board and the panel take turns. Kept equal to the breakpoint in the style sheets. */
const NARROW = "(max-width: 760px)";
const NOTHING: ReadonlySet<string> = new Set();

export function ClassroomView({ session, me }: { session: SessionDetails; me: Me }) {
  const { sessionId, role, state } = session;
  const isActive = state.kind === "active";
  usePageTitle(session.title);
  const isNarrow = useMediaQuery(NARROW);
  const board = useBoardLink(sessionId);
  const tutor = useTutorLink(sessionId);
  const images = useImageStore(sessionId);
  const pictures = usePictures(images);
  const uploads = useUploads(
    useMemo(() => sendDocument(sessionId), [sessionId]),
    MAX_DOCUMENT_BYTES,
  );
  const boardHandle = useRef<BoardHandle>(null);
  const [panel, setPanel] = useState<PanelName>(isActive ? "conversation" : "report");
  const [isPanelOpen, setIsPanelOpen] = useState(true);
  const [isReaderOpen, setIsReaderOpen] = useState(false);
  const [isHistoryOpen, setIsHistoryOpen] = useState(false);
  const [place, setPlace] = useState<ReaderPlace>();
  const [selection, setSelection] = useState(NOTHING);
  const [width, setWidth] = usePanelWidth();

  const showOnBoard = useCallback((objectIds: readonly string[]) => {
    setIsReaderOpen(false);
    setPanel((now) => (matchMedia(NARROW).matches ? "board" : now));
    // after the board has come into view, since a hidden board has no size to fit into
    requestAnimationFrame(() =>
      requestAnimationFrame(() => boardHandle.current?.showObjects(objectIds)),
    );
  }, []);
  const classroom = useMemo<Classroom>(
    () => ({
      sessionId,
      session,
      me,
      canWrite: isActive && role !== "observer",
      canManage: role === "owner" || role === "teacher",
      openReader(next) {
        setPlace(next);
        setIsReaderOpen(true);
      },
      showOnBoard,
    }),
    [sessionId, session, me, isActive, role, showOnBoard],
  );

  const { link: tutorLink } = tutor;
  const answer = useCallback(
    (words: string, objectIds: readonly string[]) => tutorLink.ask(words, [...objectIds]),
    [tutorLink],
  );
  /** Pictures go on the board, everything else is a document. */
  const takeFiles = (files: readonly File[], at: { x: number; y: number }) => {
    const dropped = files.filter(isPicture);
    if (dropped.length > 0) {
      if (isNarrow) setPanel("board");
      boardHandle.current?.addPictures(dropped, at);
    }
    uploads.start(files.filter((file) => !isPicture(file)));
  };

  const shownPanel = !isNarrow && panel === "board" ? "conversation" : panel;
  const isBoardShown = !isNarrow || panel === "board";
  return (
    <ClassroomContext value={classroom}>
      <BoardImages value={pictures}>
        <DropZone isEnabled={classroom.canWrite} onFiles={takeFiles}>
          <div
            className="classroom"
            data-panel={isPanelOpen ? "open" : "closed"}
            style={{ "--panel-width": `${width}px` } as CSSProperties}
          >
            <a className="skip-link" href="#panel">
              Skip to the panel
            </a>
            <ClassroomBar
              board={board}
              tutorChannel={tutor.channel}
              isNarrow={isNarrow}
              isPanelOpen={isPanelOpen}
              onPanelToggle={() => setIsPanelOpen(!isPanelOpen)}
              onEnded={() => setPanel("report")}
            />
            <main className="classroom-board" hidden={!isBoardShown}>
              <ErrorBoundary title="The board could not be shown">
                <Board
                  link={board}
                  images={images}
                  selection={selection}
                  onSelect={setSelection}
                  onAnswer={answer}
                  onHistory={() => setIsHistoryOpen(true)}
                  handle={boardHandle}
                />
              </ErrorBoundary>
            </main>
            <OpenHistory
              isOpen={isHistoryOpen && isBoardShown}
              board={board}
              onClose={() => setIsHistoryOpen(false)}
            />
            {isReaderOpen && place && (
              <Reader place={place} onMove={setPlace} onClose={() => setIsReaderOpen(false)} />
            )}
            {(isPanelOpen || isNarrow) && (
              <>
                {!isNarrow && <PanelResizer width={width} onWidth={setWidth} />}
                <Panel
                  shown={shownPanel}
                  onShow={setPanel}
                  hasBoardTab={isNarrow}
                  tutor={tutor}
                  uploads={uploads}
                  board={board}
                  selection={selection}
                  onClearSelection={() => setSelection(NOTHING)}
                />
              </>
            )}
          </div>
        </DropZone>
      </BoardImages>
    </ClassroomContext>
  );
}

interface OpenHistoryProps {
  isOpen: boolean;
  board: BoardLink;
  onClose: () => void;
}

/** Lies over the board, and is there when the board is. */
function OpenHistory({ isOpen, board, onClose }: OpenHistoryProps) {
  return isOpen ? <HistoryView link={board} onClose={onClose} /> : null;
}
