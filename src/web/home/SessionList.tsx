/** The caller's sessions, newest first, with what can be done to each. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { forgetBoard } from "../board/link/boardStorage.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { Menu, type MenuEntry } from "../shell/Menu.tsx";
import { PageLink } from "../shell/PageLink.tsx";
import { relativeTime } from "../shell/relativeTime.ts";
import { RenameDialog } from "../shell/RenameDialog.tsx";
import { sessionPath } from "../shell/routes.ts";
import { showNews } from "../shell/toastStore.ts";
import { useNow } from "../shell/useNow.ts";
import { useRenameSession } from "./useRenameSession.ts";

export type SessionSummary = FunctionReturnType<typeof api.sessions.lifecycle.listMine>[number];
type Asked = { kind: "rename" | "delete" | "leave"; session: SessionSummary };

export function SessionList() {
  const sessions = useQuery(api.sessions.lifecycle.listMine, {});
  const [asked, setAsked] = useState<Asked>();
  if (!sessions) return <Loading what="your sessions" />;
  if (sessions.length === 0) {
    return (
      <div className="empty">
        <Icon name="document" size={28} />
        <p>No sessions yet. Start one above, or open a link that somebody sent you.</p>
      </div>
    );
  }
  return (
    <section aria-labelledby="sessions-heading">
      <h2 id="sessions-heading" className="home-heading">
        Sessions
      </h2>
      <ul className="home-list">
        {sessions.map((session) => (
          <SessionRow key={session.sessionId} session={session} onAsk={setAsked} />
        ))}
      </ul>
      {asked && <SessionDialog asked={asked} onClose={() => setAsked(undefined)} />}
    </section>
  );
}

function SessionRow({ session, onAsk }: { session: SessionSummary; onAsk: (a: Asked) => void }) {
  const now = useNow();
  const isEnded = session.state.kind === "ended";
  const rename: MenuEntry = {
    label: "Rename",
    icon: "pencil",
    onSelect: () => onAsk({ kind: "rename", session }),
  };
  const remove: MenuEntry = {
    label: "Delete",
    icon: "trash",
    isDanger: true,
    onSelect: () => onAsk({ kind: "delete", session }),
  };
  const leave: MenuEntry = {
    label: "Leave",
    icon: "door",
    onSelect: () => onAsk({ kind: "leave", session }),
  };
  return (
    <li className="home-row">
      <PageLink href={sessionPath(session.sessionId)} className="home-open">
        <span className="home-title">{session.title}</span>
        <span className="home-meta">
          <span className={isEnded ? "chip" : "chip chip-accent"}>
            {isEnded ? "Ended" : "Active"}
          </span>
          <span>You are {roleWord(session.role)}</span>
          <time dateTime={new Date(session.createdAt).toISOString()}>
            {relativeTime(session.createdAt, now)}
          </time>
        </span>
      </PageLink>
      <Menu
        label={`Actions for ${session.title}`}
        trigger={<Icon name="more" />}
        entries={session.role === "owner" ? [rename, remove] : [leave]}
      />
    </li>
  );
}

function roleWord(role: SessionSummary["role"]): string {
  return role === "owner" ? "the owner" : `a${role === "observer" ? "n" : ""} ${role}`;
}

function SessionDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const rename = useRenameSession();
  const remove = useMutation(api.sessions.lifecycle.remove);
  const leave = useMutation(api.sessions.participants.leave);
  const { sessionId, title } = asked.session;

  if (asked.kind === "rename") {
    return (
      <RenameDialog
        heading="Rename session"
        label="Title"
        name={title}
        onClose={onClose}
        onRename={(next) => rename(sessionId, title, next)}
      />
    );
  }
  const isDelete = asked.kind === "delete";
  return (
    <ConfirmDialog
      title={isDelete ? `Delete “${title}”?` : `Leave “${title}”?`}
      action={isDelete ? "Delete session" : "Leave session"}
      onClose={onClose}
      onConfirm={async () => {
        await (isDelete ? remove({ sessionId }) : leave({ sessionId }));
        forgetBoard(sessionId);
        showNews(isDelete ? `“${title}” was deleted.` : `You left “${title}”.`);
      }}
    >
      <p>
        {isDelete
          ? "Its documents, conversation, board, quizzes and report are deleted for everyone in it. This cannot be undone."
          : "You can come back with a new invitation."}
      </p>
    </ConfirmDialog>
  );
}
