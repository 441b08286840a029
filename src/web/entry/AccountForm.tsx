/** Logs in, makes an account, or turns the present guest into one (`upgrade`). */
import { useId, useState } from "react";
import { MAX_EMAIL_CHARS, MAX_NAME_CHARS } from "../../../convex/contract/limits.ts";
import { Problem } from "../shell/Problem.tsx";
import { requestLogin, requestRegister } from "./authRequests.ts";
import { freshToken, saveLogin } from "./loginStore.ts";
import { useFormTask } from "./useFormTask.ts";

export const MIN_PASSWORD_CHARS = 8;

interface AccountFormProps {
  isNew: boolean;
  /** Set for a guest who keeps everything: the name to start from. */
  upgradeFrom?: string;
  onDone?: () => void;
}

export function AccountForm({ isNew, upgradeFrom, onDone }: AccountFormProps) {
  const id = useId();
  const [name, setName] = useState(upgradeFrom ?? "");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const { isBusy, problem, onSubmit } = useFormTask(async () => {
    if (isNew) {
      const guestToken = upgradeFrom === undefined ? null : await freshToken();
      const account = { name: name.trim(), email: email.trim(), password };
      saveLogin(await requestRegister(account, guestToken ?? undefined));
    } else {
      saveLogin(await requestLogin(email.trim(), password));
    }
    onDone?.();
  });

  const action = isNew ? "Create account" : "Log in";
  return (
    <form className="stack" onSubmit={onSubmit}>
      {upgradeFrom === undefined && <h2>{isNew ? "Create an account" : "Welcome back"}</h2>}
      {isNew && (
        <div className="field">
          <label htmlFor={`${id}-name`}>Your name</label>
          <input
            id={`${id}-name`}
            className="input"
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="name"
            maxLength={MAX_NAME_CHARS}
            required
            autoFocus // the button that led here is gone
          />
        </div>
      )}
      <div className="field">
        <label htmlFor={`${id}-email`}>E-mail</label>
        <input
          id={`${id}-email`}
          className="input"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          autoComplete="username"
          maxLength={MAX_EMAIL_CHARS}
          required
          autoFocus={!isNew}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-password`}>Password</label>
        <input
          id={`${id}-password`}
          className="input"
          type="password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete={isNew ? "new-password" : "current-password"}
          minLength={isNew ? MIN_PASSWORD_CHARS : 1}
          required
          aria-describedby={isNew ? `${id}-hint` : undefined}
        />
        {isNew && (
          <span className="hint" id={`${id}-hint`}>
            At least {MIN_PASSWORD_CHARS} characters.
          </span>
        )}
      </div>
      {problem && <Problem>{problem}</Problem>}
      <button className="button button-primary" aria-disabled={isBusy}>
        {action}
      </button>
    </form>
  );
}
