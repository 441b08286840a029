/**
 * A form's submit: runs the task, says when it is busy, and keeps the reason when it is refused. Submitted again
 * while it is busy it does nothing, so its button need not be `disabled`, which would lose the focus.
 */
import { useState, type SubmitEvent } from "react";
import { errorSentence } from "../shell/errorSentence.ts";

export function useFormTask(task: () => Promise<void>) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const run = async () => {
    setIsBusy(true);
    setProblem(undefined);
    try {
      await task();
    } catch (error) {
      setProblem(errorSentence(error));
    } finally {
      setIsBusy(false);
    }
  };

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isBusy) void run();
  };

  return { isBusy, problem, onSubmit };
}
