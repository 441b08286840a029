/**
 * The first thing anybody sees: what Lectern is, in one picture, and the shortest way in (a name).
 * Accounts are the second way. After entering, the address that was asked for opens by itself.
 */
import { useState } from "react";
import { ThemeToggle } from "../shell/ThemeToggle.tsx";
import { Wordmark } from "../shell/Wordmark.tsx";
import { AccountForm } from "./AccountForm.tsx";
import { EntryPicture } from "./EntryPicture.tsx";
import { GuestForm } from "./GuestForm.tsx";
import "./entry.css";

const NOTICES = {
  invitation: "You have been invited to a session.",
  session: "Log in to go on to the session.",
};

type Way = "guest" | "login" | "register";

/** `waiting`: what opens afterwards. */
export function EntryPage({ waiting }: { waiting: "invitation" | "session" | undefined }) {
  // a session without an invitation opens for those only who are in it already
  const [way, setWay] = useState<Way>(waiting === "session" ? "login" : "guest");
  return (
    <div className="entry">
      <header className="entry-bar">
        <Wordmark />
        <ThemeToggle />
      </header>
      <main className="entry-main">
        <div className="entry-words">
          <h1>
            Bring a document.
            <br />
            <mark>Ask it anything.</mark>
            <br />
            Draw it out together.
          </h1>
          <p>
            Lectern reads what you upload, answers from its pages with the passage beside every
            claim, and shares one whiteboard between you, your teacher and the tutor.
          </p>
          <EntryPicture />
        </div>
        <section className="entry-card" aria-label="Enter">
          {waiting && <p className="notice">{NOTICES[waiting]}</p>}
          {way === "guest" && <GuestForm />}
          {way !== "guest" && <AccountForm key={way} isNew={way === "register"} />}
          <div className="entry-ways">
            {way !== "guest" && (
              <WayButton onClick={() => setWay("guest")}>Enter as a guest</WayButton>
            )}
            {way !== "login" && <WayButton onClick={() => setWay("login")}>Log in</WayButton>}
            {way !== "register" && (
              <WayButton onClick={() => setWay("register")}>Create an account</WayButton>
            )}
          </div>
        </section>
      </main>
    </div>
  );
}

function WayButton({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <button type="button" className="link-button" onClick={onClick}>
      {children}
    </button>
  );
}
