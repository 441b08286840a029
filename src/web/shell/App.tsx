/**
 * The frame of the page: configuration, the Convex client with this browser's login, and which view
 * the address asks for. Whoever is not signed in sees the entry, and goes on to the same address.
 */
import { ConvexProviderWithAuth, ConvexReactClient, useConvexAuth } from "convex/react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { EntryPage } from "../entry/EntryPage.tsx";
import { useConvexIdentity } from "../entry/useIdentity.ts";
import { HomePage } from "../home/HomePage.tsx";
import { ErrorBoundary } from "./ErrorBoundary.tsx";
import { errorSentence } from "./errorSentence.ts";
import { hurryConvex } from "./hurryConvex.ts";
import { Loading, LoadingLine } from "./Loading.tsx";
import { useRoute } from "./navigation.ts";
import { PageLink } from "./PageLink.tsx";
import { loadPageConfig, PageConfigContext, type PageConfig } from "./pageConfig.ts";
import { Problem } from "./Problem.tsx";
import type { Route } from "./routes.ts";
import { Toasts } from "./Toasts.tsx";
import { pauseOrRenewPage, untilLoaded } from "./untilLoaded.ts";

const ClassroomPage = lazy(() =>
  untilLoaded(() => import("../classroom/ClassroomPage.tsx"), pauseOrRenewPage),
);

export function App() {
  const [config, setConfig] = useState<PageConfig>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const load = async () => {
      try {
        return await loadPageConfig();
      } catch (error) {
        setProblem(errorSentence(error));
        throw error;
      }
    };
    void untilLoaded(load).then(setConfig);
  }, []);

  if (config) return <ConnectedApp config={config} />;
  if (!problem) return <LoadingLine what="Lectern" />;
  return (
    <main className="empty">
      <h1>Lectern is not reachable</h1>
      <Problem>{problem}</Problem>
      <p>It opens by itself as soon as it can.</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        Try now
      </button>
    </main>
  );
}

function ConnectedApp({ config }: { config: PageConfig }) {
  // The page is asked before it closes while something is unsaved; our sockets resume, so it is not.
  const client = useMemo(
    () => new ConvexReactClient(config.convexUrl, { unsavedChangesWarning: false }),
    [config],
  );
  useEffect(() => hurryConvex(client), [client]);
  return (
    <PageConfigContext value={config}>
      <ConvexProviderWithAuth client={client} useAuth={useConvexIdentity}>
        <View />
        <Toasts />
      </ConvexProviderWithAuth>
    </PageConfigContext>
  );
}

function View() {
  const route = useRoute();
  const { isLoading, isAuthenticated } = useConvexAuth();

  if (isLoading) return <Loading what="your sessions" />;
  if (!isAuthenticated) return <EntryPage waiting={waitingAt(route)} />;
  if (route.kind === "unknown") return <UnknownPage />;
  return (
    <ErrorBoundary key={route.kind} title="This page could not be shown" footer={<WayHome />}>
      <Suspense fallback={<Loading what="the page" />}>
        {route.kind === "home" ? (
          <HomePage />
        ) : (
          <ClassroomPage
            key={route.sessionId}
            sessionId={route.sessionId}
            inviteCode={route.inviteCode}
          />
        )}
      </Suspense>
    </ErrorBoundary>
  );
}

function waitingAt(route: Route): "invitation" | "session" | undefined {
  if (route.kind !== "session") return undefined;
  return route.inviteCode === undefined ? "session" : "invitation";
}

function UnknownPage() {
  return (
    <main className="empty">
      <h1>There is no such page</h1>
      <p>The link may be incomplete.</p>
      <WayHome />
    </main>
  );
}

function WayHome() {
  return <PageLink href="/">Go to your sessions</PageLink>;
}
