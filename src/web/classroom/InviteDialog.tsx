/** Makes a link that lets others join with a role, and copies it. */
import { useMutation } from "convex/react";
import { useEffect, useId, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { Dialog } from "../shell/Dialog.tsx";
import { errorSentence } from "../shell/errorSentence.ts";
import { Icon } from "../shell/Icon.tsx";
import { Problem } from "../shell/Problem.tsx";
import { sessionPath } from "../shell/routes.ts";
import { showNews } from "../shell/toastStore.ts";
import { useClassroom } from "./classroomContext.ts";
import { ROLES, type GrantableRole } from "./roles.ts";

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const id = useId();
  const { sessionId } = useClassroom();
  const invite = useMutation(api.sessions.participants.invite);
  const [role, setRole] = useState<GrantableRole>("student");
  const [made, setMade] = useState<{ role: GrantableRole; link: string }>();
  const [problem, setProblem] = useState<string>();
  const [isCopied, setIsCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const link = made?.role === role ? made.link : "";

  useEffect(() => {
    let isCurrent = true;
    invite({ sessionId, role }).then(
      (code) => {
        if (isCurrent) setMade({ role, link: location.origin + sessionPath(sessionId, code) });
      },
      (error: unknown) => {
        if (isCurrent) setProblem(errorSentence(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [invite, sessionId, role]);

  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
      setIsCopied(true);
    } catch {
      // not every page may write to the clipboard
      showNews("The link is selected. Copy it with Ctrl+C.");
    }
  };

  return (
    <Dialog title="Invite others" onClose={onClose}>
      <fieldset className="choices">
        <legend>They join as</legend>
        {ROLES.map(({ name, label, hint }) => (
          <label key={name} className="choice">
            <input
              type="radio"
              name={`${id}-role`}
              checked={role === name}
              onChange={() => {
                setRole(name);
                setProblem(undefined);
                setIsCopied(false);
              }}
            />
            <span>
              <strong>{label}</strong>
              <span className="hint">{hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {problem && <Problem>{problem}</Problem>}
      <div className="field">
        <label htmlFor={`${id}-link`}>Invitation link</label>
        <div className="row">
          <input
            ref={field}
            id={`${id}-link`}
            className="input"
            readOnly
            placeholder={problem ? "" : "Making the link…"}
            value={link}
            onFocus={(event) => event.target.select()}
          />
          <button
            type="button"
            className="button button-primary"
            disabled={!link}
            onClick={() => void copy()}
          >
            <Icon name={isCopied ? "check" : "copy"} size={16} /> {isCopied ? "Copied" : "Copy"}
          </button>
        </div>
        <span className="visually-hidden" role="status">
          {isCopied && "The link was copied."}
        </span>
        <span className="hint">Anybody with the link can join for a week, also as a guest.</span>
      </div>
    </Dialog>
  );
}
