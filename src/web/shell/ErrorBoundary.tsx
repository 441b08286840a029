/**
 * Keeps a failing part of the page from taking the rest with it: says what happened in a sentence
 * and offers to try again. Live queries throw here (not found, session ended, signed out).
 */
import { Component, type ReactNode } from "react";
import { appErrorDataOf } from "../../../convex/contract/errors.ts";
import { freshToken } from "../entry/loginStore.ts";
import { errorSentence } from "./errorSentence.ts";
import { Icon } from "./Icon.tsx";

interface ErrorBoundaryProps {
  /** What failed, as a heading: "The quiz could not be shown". */
  title: string;
  children: ReactNode;
  /** Shown under the sentence, such as a way back. */
  footer?: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown) {
    // A login that was revoked elsewhere: a refresh that is refused signs this page out as well.
    if (appErrorDataOf(error)?.code === "UNAUTHENTICATED") void freshToken(true);
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <div className="empty" role="alert">
        <Icon name="alert" size={28} />
        <h2>{this.props.title}</h2>
        <p>{errorSentence(this.state.error)}</p>
        <button
          type="button"
          className="button"
          onClick={() => this.setState({ error: undefined })}
        >
          Try again
        </button>
        {this.props.footer}
      </div>
    );
  }
}
