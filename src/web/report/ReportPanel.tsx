/**
 * The report of the session: made when it ends, or when somebody asks. Under it, for owner and teachers, what
 * the board tells of who worked on what.
 */
import { useMutation, useQuery } from "convex/react";
import { api } from "../../../convex/_generated/api.js";
import type { BoardLink } from "../board/boardLink.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { Problem } from "../shell/Problem.tsx";
import { BoardInsights } from "./BoardInsights.tsx";
import { ReportView } from "./ReportView.tsx";
import "./report.css";

export function ReportPanel({ board }: { board: BoardLink }) {
  const { canManage } = useClassroom();
  return (
    <>
      <Report />
      {canManage && (
        <div className="panel-pad">
          <BoardInsights board={board} />
        </div>
      )}
    </>
  );
}

function Report() {
  const { sessionId, session } = useClassroom();
  const report = useQuery(api.reports.report.get, { sessionId });
  if (report === undefined) return <Loading what="the report" />;
  if (report === null) {
    const isEnded = session.state.kind === "ended";
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
