/** The way into a session: an invitation is taken first, then the session opens. Loaded lazily. */
import { useMutation, useQuery } from "convex/react";
import type { GenericId } from "convex/values";
import { useEffect, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { ErrorBoundary } from "../shell/ErrorBoundary.tsx";
import { errorSentence } from "../shell/errorSentence.ts";
import { Icon } from "../shell/Icon.tsx";
import { Loading } from "../shell/Loading.tsx";
import { goTo } from "../shell/navigation.ts";
import { PageLink } from "../shell/PageLink.tsx";
import { sessionPath } from "../shell/routes.ts";
import { ClassroomView } from "./ClassroomView.tsx";

interface ClassroomPageProps {
  sessionId: string;
  inviteCode: string | undefined;
}

export default function ClassroomPage({ sessionId, inviteCode }: ClassroomPageProps) {
  // A mistyped id is refused by the server, which answers as for any session that is not there.
  const id = sessionId as GenericId<"sessions">;
  if (inviteCode) return <Joining sessionId={id} inviteCode={inviteCode} />;
  return (
    <ErrorBoundary title="This session cannot be opened" footer={<WayBack />}>
      <Opening sessionId={id} />
    </ErrorBoundary>
  );
}

function Opening({ sessionId }: { sessionId: GenericId<"sessions"> }) {
  const session = useQuery(api.sessions.lifecycle.get, { sessionId });
  const me = useQuery(api.users.profile.me, {});
  if (!session || !me) return <Loading what="the session" />;
  return <ClassroomView session={session} me={me} />;
}

function Joining({
  sessionId,
  inviteCode,
}: {
  sessionId: GenericId<"sessions">;
  inviteCode: string;
}) {
  const join = useMutation(api.sessions.lifecycle.join);
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    join({ sessionId, inviteCode }).then(
      () => goTo(sessionPath(sessionId), "replace"), // the code must not stay in the address
      (error: unknown) => setProblem(errorSentence(error)),
    );
  }, [join, sessionId, inviteCode]);

  if (!problem) return <Loading what="the session" />;
  return (
    <main className="empty">
      <Icon name="link" size={28} />
      <h1>This invitation does not work</h1>
      <p role="alert">{problem}</p>
      <WayBack />
    </main>
  );
}

function WayBack() {
  return <PageLink href="/">Go to your sessions</PageLink>;
}
