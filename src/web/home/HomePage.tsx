/** Where a person's sessions are: start one, open one, rename, delete. */
import { useQuery } from "convex/react";
import { api } from "../../../convex/_generated/api.js";
import { ConnectionBadge } from "../shell/ConnectionBadge.tsx";
import { useConvexChannel } from "../shell/useConvexChannel.ts";
import { ErrorBoundary } from "../shell/ErrorBoundary.tsx";
import { ThemeToggle } from "../shell/ThemeToggle.tsx";
import { useArrivalFocus } from "../shell/useArrivalFocus.ts";
import { usePageTitle } from "../shell/usePageTitle.ts";
import { Wordmark } from "../shell/Wordmark.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { NewSessionForm } from "./NewSessionForm.tsx";
import { SessionList } from "./SessionList.tsx";
import "./home.css";

export function HomePage() {
  usePageTitle("Your sessions");
  const heading = useArrivalFocus();
  const me = useQuery(api.users.profile.me, {});
  const convexChannel = useConvexChannel();

  return (
    <div className="home">
      <header className="home-bar">
        <Wordmark />
        <div className="row">
          <ConnectionBadge channels={[convexChannel]} />
          <ThemeToggle />
          {me && <AccountMenu me={me} />}
        </div>
      </header>
      <main className="home-main">
        <h1 ref={heading} tabIndex={-1}>
          {me ? `Hello, ${me.name}` : "Your sessions"}
        </h1>
        {me?.kind === "guest" && (
          <p className="home-guest">
            You are here as a guest: your sessions live in this browser. Create an account from the
            menu to reach them from anywhere.
          </p>
        )}
        <NewSessionForm />
        <ErrorBoundary title="Your sessions could not be shown">
          <SessionList />
        </ErrorBoundary>
      </main>
    </div>
  );
}
