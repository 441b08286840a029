/** Starts a session with a title and goes there. */
import { useMutation } from "convex/react";
import { useId, useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { MAX_TITLE_CHARS } from "../../../convex/contract/limits.ts";
import { useFormTask } from "../entry/useFormTask.ts";
import { Icon } from "../shell/Icon.tsx";
import { goTo } from "../shell/navigation.ts";
import { Problem } from "../shell/Problem.tsx";
import { sessionPath } from "../shell/routes.ts";

export function NewSessionForm() {
  const id = useId();
  const [title, setTitle] = useState("");
  const start = useMutation(api.sessions.lifecycle.start);
  const { isBusy, problem, onSubmit } = useFormTask(async () => {
    goTo(sessionPath(await start({ title: title.trim() })));
  });

  return (
    <form className="home-new" onSubmit={onSubmit}>
      <label htmlFor={id}>What do you want to learn?</label>
      <div className="home-new-row">
        <input
          id={id}
          className="input"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          placeholder="Cell respiration, chapter 4"
          maxLength={MAX_TITLE_CHARS}
          required
        />
        <button
          className="button button-primary"
          disabled={title.trim() === ""}
          aria-disabled={isBusy}
        >
          <Icon name="plus" /> Start session
        </button>
      </div>
      {problem && <Problem>{problem}</Problem>}
    </form>
  );
}
