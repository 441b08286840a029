/**
 * The report of the session: made when it ends, or when somebody asks. Under it what the board tells of who
 * worked on what: live for owner and teachers, and from the report for everyone once the session has ended.
 */
import { useMutation, useQuery } from "convex/react";
import { useMemo, useSyncExternalStore } from "react";
import { api } from "../../../convex/_generated/api.js";
import { digestInsights } from "../../../convex/contract/board/insightDigest.ts";
import type { BoardLink } from "../board/link/boardLink.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { Problem } from "../shell/Problem.tsx";
import { BoardInsights } from "./BoardInsights.tsx";
import { ReportView } from "./ReportView.tsx";
import "./report.css";

/** Of an ended session: the newest report counts all of its board (rule RE4), one from before may not. */
const KEPT_INSIGHTS = {
  ready: "As the board was when the session ended.",
  making: "As the board was when the report was last made.",
  failed: "As the board was when the report was last made.",
};

export function ReportPanel({ board }: { board: BoardLink }) {
  const { canManage, session } = useClassroom();
  const isEnded = session.state.kind === "ended";
  return (
    <>
      <Report />
      {canManage && !isEnded && (
        <div className="panel-pad">
          <LiveInsights board={board} />
        </div>
      )}
    </>
  );
}

/** From the board itself, so it is as new as the board. */
function LiveInsights({ board }: { board: BoardLink }) {
  const objects = useSyncExternalStore(board.subscribe, board.list);
  const digest = useMemo(() => digestInsights(objects), [objects]);
  return <BoardInsights digest={digest} about="Seen by owner and teachers only." />;
}

function Report() {
  const { sessionId, session } = useClassroom();
  const isEnded = session.state.kind === "ended";
  const report = useQuery(api.reports.report.get, { sessionId });
  if (report === undefined) return <Loading what="the report" />;
  if (report === null) {
    return (
      <div className="empty">
        <Icon name="report" size={28} />
        <h2>No report yet</h2>
        <p>
          {isEnded
            ? "It has not been asked for."
            : "It is made when the session ends. You can also have one made of what there is so far."}
        </p>
        <MakeReport label="Make the report" />
      </div>
    );
  }
  const { state, content, madeBy } = report;
  return (
    <div className="panel-pad">
      {state.kind === "making" && (
        <p className="row" role="status">
          <span className="spinner" /> The report is being made…
        </p>
      )}
      {state.kind === "failed" && <Problem>{state.message}</Problem>}
      {content && <ReportView content={content} madeBy={madeBy} />}
      {isEnded && content?.board && (
        <BoardInsights digest={content.board} about={KEPT_INSIGHTS[state.kind]} />
      )}
      {state.kind !== "making" && <MakeReport label={content ? "Make it again" : "Try again"} />}
    </div>
  );
}

function MakeReport({ label }: { label: string }) {
  const { sessionId, session } = useClassroom();
  const make = useMutation(api.reports.report.make);
  if (session.role === "observer") return null; // of an ended session everyone else may
  return (
    <button
      type="button"
      className="button report-make"
      onClick={() => void attempt("The report was not started", () => make({ sessionId }))}
    >
      <Icon name="retry" size={15} /> {label}
    </button>
  );
}
