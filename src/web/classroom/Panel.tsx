/** The panel beside the board: five views of the session, one at a time. */
import type { BoardLink } from "../board/link/boardLink.ts";
import { Conversation } from "../conversation/Conversation.tsx";
import type { Tutor } from "../conversation/useTutorLink.ts";
import { DocumentsPanel } from "../documents/DocumentsPanel.tsx";
import type { Uploads } from "../uploads/useUploads.ts";
import { LessonPanel } from "../lesson/LessonPanel.tsx";
import { QuizPanel } from "../quiz/QuizPanel.tsx";
import { ReportPanel } from "../report/ReportPanel.tsx";
import { ErrorBoundary } from "../shell/ErrorBoundary.tsx";
import { Tabs, type Tab } from "../shell/Tabs.tsx";

export type PanelName = "board" | "conversation" | "lesson" | "documents" | "quiz" | "report";

const BOARD_TAB: Tab<PanelName> = { name: "board", label: "Board", icon: "board" };
const TABS: readonly Tab<PanelName>[] = [
  { name: "conversation", label: "Conversation", icon: "chat" },
  { name: "lesson", label: "Lesson", icon: "lesson" },
  { name: "documents", label: "Documents", icon: "document" },
  { name: "quiz", label: "Quiz", icon: "quiz" },
  { name: "report", label: "Report", icon: "report" },
];

interface PanelProps {
  shown: PanelName;
  onShow: (name: PanelName) => void;
  /** On a phone the board is a tab among the others. */
  hasBoardTab: boolean;
  tutor: Tutor;
  uploads: Uploads;
  board: BoardLink;
  selection: ReadonlySet<string>;
  onClearSelection: () => void;
}

export function Panel(props: PanelProps) {
  const { shown, onShow, hasBoardTab } = props;
  const tabs = hasBoardTab ? [BOARD_TAB, ...TABS] : TABS;
  return (
    <aside className="panel" id="panel" aria-label="Session" data-shown={shown}>
      <Tabs label="Views of the session" tabs={tabs} selected={shown} onSelect={onShow} />
      {shown !== "board" && (
        <div
          className="panel-view"
          role="tabpanel"
          id={`panel-${shown}`}
          aria-labelledby={`tab-${shown}`}
          tabIndex={-1}
        >
          <ErrorBoundary key={shown} title="This view could not be shown">
            <PanelView {...props} />
          </ErrorBoundary>
        </div>
      )}
    </aside>
  );
}

function PanelView(props: PanelProps) {
  const { shown, onShow, tutor, uploads, board, selection, onClearSelection } = props;
  switch (shown) {
    case "board":
      return null;
    case "conversation":
      return (
        <Conversation
          tutor={tutor}
          selection={selection}
          onClearSelection={onClearSelection}
          onShowDocuments={() => onShow("documents")}
        />
      );
    case "lesson":
      return <LessonPanel onShowDocuments={() => onShow("documents")} />;
    case "documents":
      return <DocumentsPanel uploads={uploads} />;
    case "quiz":
      return <QuizPanel />;
    case "report":
      return <ReportPanel board={board} />;
  }
}
