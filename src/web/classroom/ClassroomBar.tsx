/** The slim bar on top: where one is, who is here, and what can be done with the session. */
import { useMutation } from "convex/react";
import { useState, useSyncExternalStore } from "react";
import { api } from "../../../convex/_generated/api.js";
import type { BoardLink } from "../board/link/boardLink.ts";
import { useRenameSession } from "../home/useRenameSession.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import type { ChannelState } from "../shell/connection.ts";
import { ConnectionBadge } from "../shell/ConnectionBadge.tsx";
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { Menu, type MenuEntry } from "../shell/Menu.tsx";
import { PageLink } from "../shell/PageLink.tsx";
import { RenameDialog } from "../shell/RenameDialog.tsx";
import { chooseTheme } from "../shell/themeChoice.ts";
import { ThemeToggle } from "../shell/ThemeToggle.tsx";
import { useArrivalFocus } from "../shell/useArrivalFocus.ts";
import { useIsDark } from "../shell/useIsDark.ts";
import { useConvexChannel } from "../shell/useConvexChannel.ts";
import { useClassroom } from "./classroomContext.ts";
import { InviteDialog } from "./InviteDialog.tsx";
import { PeopleDialog } from "./PeopleDialog.tsx";
import { PeopleHere } from "./PeopleHere.tsx";
import { SettingsDialog } from "./SettingsDialog.tsx";

type Asked = "rename" | "invite" | "people" | "settings" | "end";

interface ClassroomBarProps {
  board: BoardLink;
  tutorChannel: ChannelState;
  isNarrow: boolean;
  isPanelOpen: boolean;
  onPanelToggle: () => void;
  onEnded: () => void;
}

export function ClassroomBar(props: ClassroomBarProps) {
  const { board, tutorChannel, isNarrow, isPanelOpen, onPanelToggle, onEnded } = props;
  const { session, canManage } = useClassroom();
  const heading = useArrivalFocus();
  const [asked, setAsked] = useState<Asked>();
  const convex = useConvexChannel();
  const boardChannel = useSyncExternalStore(board.subscribe, board.channel);
  const isActive = session.state.kind === "active";
  const channels = [
    convex,
    { name: "conversation", state: isActive ? tutorChannel : convex.state },
    { name: "whiteboard", state: boardChannel },
  ];
  const entries = useMenuEntries(isNarrow, setAsked);
  return (
    <header className="bar">
      <PageLink
        href="/"
        className="button button-quiet button-icon"
        aria-label="Your sessions"
        title="Your sessions"
      >
        <Icon name="arrowLeft" />
      </PageLink>
      <h1 ref={heading} tabIndex={-1} className="bar-title clip" title={session.title}>
        {session.title}
      </h1>
      {!isActive && <span className="chip chip-caution">Ended</span>}
      {session.role === "observer" && <span className="chip">Observing</span>}
      <ConnectionBadge channels={channels} />
      <div className="bar-end">
        <PeopleHere board={board} onOpen={() => setAsked("people")} />
        {canManage && isActive && (
          <button
            type="button"
            className="button button-small bar-invite"
            onClick={() => setAsked("invite")}
          >
            <Icon name="link" size={16} /> <span>Invite</span>
          </button>
        )}
        <span className="bar-wide">
          <ThemeToggle />
          <IconButton
            icon="panel"
            label={isPanelOpen ? "Hide panel" : "Show panel"}
            aria-expanded={isPanelOpen}
            onClick={onPanelToggle}
          />
        </span>
        <Menu
          label="Session menu"
          trigger={<Icon name="more" />}
          entries={entries}
          triggerClass="button button-quiet button-icon"
        />
      </div>
      <BarDialog
        asked={asked}
        board={board}
        onClose={() => setAsked(undefined)}
        onEnded={onEnded}
      />
    </header>
  );
}

function useMenuEntries(isNarrow: boolean, ask: (what: Asked) => void): MenuEntry[] {
  const { session, canManage } = useClassroom();
  const isDark = useIsDark();
  const canChange = canManage && session.state.kind === "active";
  const entries: MenuEntry[] = [];
  if (canChange) entries.push(menuEntry("Rename session", "pencil", () => ask("rename")));
  entries.push(menuEntry("People", "people", () => ask("people")));
  if (canChange) entries.push(menuEntry("Session settings", "sliders", () => ask("settings")));
  if (isNarrow) {
    const toggle = () => chooseTheme(isDark ? "light" : "dark");
    entries.push(
      isDark
        ? menuEntry("Use light theme", "sun", toggle)
        : menuEntry("Use dark theme", "moon", toggle),
    );
  }
  if (canChange) entries.push(menuEntry("End session", "flag", () => ask("end")));
  return entries;
}

function menuEntry(label: string, icon: MenuEntry["icon"], onSelect: () => void): MenuEntry {
  return { label, icon, onSelect };
}

interface BarDialogProps {
  asked: Asked | undefined;
  board: BoardLink;
  onClose: () => void;
  onEnded: () => void;
}

function BarDialog({ asked, board, onClose, onEnded }: BarDialogProps) {
  const { sessionId, session } = useClassroom();
  const rename = useRenameSession();
  const end = useMutation(api.sessions.lifecycle.end);
  switch (asked) {
    case undefined:
      return null;
    case "invite":
      return <InviteDialog onClose={onClose} />;
    case "people":
      return <PeopleDialog board={board} onClose={onClose} />;
    case "settings":
      return <SettingsDialog onClose={onClose} />;
    case "rename":
      return (
        <RenameDialog
          heading="Rename session"
          label="Title"
          name={session.title}
          onRename={(title) => rename(sessionId, session.title, title)}
          onClose={onClose}
        />
      );
    case "end":
      return (
        <ConfirmDialog
          title="End this session?"
          action="End session"
          onClose={onClose}
          onConfirm={async () => {
            await end({ sessionId });
            onEnded();
          }}
        >
          <p>
            The conversation, the board and the quizzes stay readable for everyone, nothing can be
            added any more, and the session report is made. This cannot be undone.
          </p>
        </ConfirmDialog>
      );
  }
}
