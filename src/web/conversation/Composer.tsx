/** Where questions are written. Enter sends, Shift+Enter breaks the line; a running answer can be stopped. */
import { useId, useRef, type KeyboardEvent } from "react";
import { MAX_QUESTION_CHARS } from "../../../convex/contract/limits.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";

interface ComposerProps {
  text: string;
  onText: (text: string) => void;
  /** A question of this person has not been taken by the server yet. */
  isWaiting: boolean;
  liveTurnId: string | undefined;
  onStop: (turnId: string) => void;
  selectionCount: number;
  onClearSelection: () => void;
  onAsk: (text: string) => void;
}

export function Composer(props: ComposerProps) {
  const { text, onText, isWaiting, liveTurnId, onStop, selectionCount, onClearSelection, onAsk } =
    props;
  const { canWrite, session } = useClassroom();
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const isEmpty = text.trim() === "";

  if (!canWrite) {
    const isEnded = session.state.kind === "ended";
    return (
      <p className="composer-closed">
        {isEnded ? "This session has ended." : "You are observing: you can read everything here."}
      </p>
    );
  }

  const send = () => {
    if (isEmpty || liveTurnId || isWaiting) return;
    onAsk(text.trim());
    onText("");
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {selectionCount > 0 && (
        <span className="chip chip-accent composer-selection">
          <Icon name="board" size={13} />
          About {selectionCount} selected on the board
          <button
            type="button"
            aria-label="Do not refer to the selection"
            onClick={onClearSelection}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      )}
      <div className="composer-box">
        <label className="visually-hidden" htmlFor={id}>
          Ask the tutor
        </label>
        <textarea
          ref={area}
          id={id}
          value={text}
          rows={1}
          maxLength={MAX_QUESTION_CHARS}
          placeholder="Ask about your documents…"
          enterKeyHint="send"
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {liveTurnId ? (
          <button type="button" className="button composer-send" onClick={() => onStop(liveTurnId)}>
            <Icon name="stop" size={16} /> Stop
          </button>
        ) : (
          <IconButton
            icon="arrowUp"
            label="Send question"
            type="submit"
            isPrimary
            className="composer-send"
            disabled={isEmpty || isWaiting}
          />
        )}
      </div>
    </form>
  );
}
