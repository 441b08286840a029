/**
 * What owner and teachers decide about a session: what students may do on the board, and whether the tutor
 * draws there. A change holds for everybody at once, so there is nothing to save.
 */
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api.js";
import { attempt } from "../shell/attempt.ts";
import { Dialog } from "../shell/Dialog.tsx";
import { useClassroom, type SessionDetails } from "./classroomContext.ts";

type Settings = SessionDetails["settings"];

export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { sessionId, session } = useClassroom();
  const { settings } = session;
  const update = useUpdateSettings();
  const change = (patch: Partial<Settings>) =>
    void attempt("The settings were not changed", () => update({ sessionId, patch }));
  return (
    <Dialog title="Session settings" onClose={onClose}>
      <fieldset className="choices">
        <legend>On the board, students may change and delete</legend>
        <Setting
          label="What others drew"
          hint="For group work. Else everybody changes only what is theirs; teachers change everything."
          isOn={settings.studentsMayEditOthersObjects}
          onChange={(isOn) => change({ studentsMayEditOthersObjects: isOn })}
        />
        <Setting
          label="What the tutor drew"
          hint="Else only teachers move, change or delete the tutor’s drawings."
          isOn={settings.studentsMayEditAssistantObjects}
          onChange={(isOn) => change({ studentsMayEditAssistantObjects: isOn })}
        />
      </fieldset>
      <fieldset className="choices">
        <legend>The tutor</legend>
        <Setting
          label="Draws on the board"
          hint="Else it answers in the conversation only."
          isOn={settings.interactionMode === "chat_and_whiteboard"}
          onChange={(isOn) =>
            change({ interactionMode: isOn ? "chat_and_whiteboard" : "chat_only" })
          }
        />
      </fieldset>
    </Dialog>
  );
}

interface SettingProps {
  label: string;
  hint: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

function Setting({ label, hint, isOn, onChange }: SettingProps) {
  return (
    <label className="choice">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      <span>
        <strong>{label}</strong>
        <span className="hint">{hint}</span>
      </span>
    </label>
  );
}

function useUpdateSettings() {
  return useMutation(api.sessions.context.update).withOptimisticUpdate(
    (store, { sessionId, patch }) => {
      const { get } = api.sessions.lifecycle;
      const session = store.getQuery(get, { sessionId });
      if (!session) return;
      const settings = { ...session.settings, ...(patch as Partial<Settings>) };
      store.setQuery(get, { sessionId }, { ...session, settings });
    },
  );
}
