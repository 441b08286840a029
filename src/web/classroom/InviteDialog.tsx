/** Makes a link that lets others join with a role, and copies it. */
import { useMutation } from "convex/react";
import { useEffect, useId, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { Dialog } from "../shell/Dialog.tsx";
import { errorSentence } from "../shell/errorSentence.ts";
import { Icon } from "../shell/Icon.tsx";
import { Problem } from "../shell/Problem.tsx";
import { sessionPath } from "../shell/routes.ts";
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
  const link = made?.role === role ? made.link : "";

  useEffect(() => {
    let isCurrent = true;
    invite({ sessionId, role }).then(
      (code) => {
        if (isCurrent) setMade({ role, link: location.origin + sessionPath(sessionId, code) });
      },
      (error: unknown) => setProblem(errorSentence(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [invite, sessionId, role]);

  const copy = async () => {
    await navigator.clipboard.writeText(link);
    setIsCopied(true);
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
            id={`${id}-link`}
            className="input"
            readOnly
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
        <span className="hint">Anybody with the link can join for a week, also as a guest.</span>
      </div>
    </Dialog>
  );
}
