/** Enters with nothing but a name. */
import { useId, useState } from "react";
import { MAX_NAME_CHARS } from "../../../convex/contract/limits.ts";
import { Problem } from "../shell/Problem.tsx";
import { requestGuest } from "./authRequests.ts";
import { saveLogin } from "./loginStore.ts";
import { useFormTask } from "./useFormTask.ts";

export function GuestForm() {
  const id = useId();
  const [name, setName] = useState("");
  const { isBusy, problem, onSubmit } = useFormTask(async () => {
    saveLogin(await requestGuest(name.trim()));
  });

  return (
    <form className="stack" onSubmit={onSubmit}>
      <h2>Start right away</h2>
      <div className="field">
        <label htmlFor={id}>Your name</label>
        <input
          id={id}
          className="input"
          value={name}
          onChange={(event) => setName(event.target.value)}
          autoComplete="nickname"
          maxLength={MAX_NAME_CHARS}
          required
          autoFocus
          aria-describedby={`${id}-hint`}
        />
        <span className="hint" id={`${id}-hint`}>
          Others in your sessions see it. No account is needed.
        </span>
      </div>
      {problem && <Problem>{problem}</Problem>}
      <button
        className="button button-primary"
        disabled={name.trim() === ""}
        aria-disabled={isBusy}
      >
        Enter as a guest
      </button>
    </form>
  );
}
