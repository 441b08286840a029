/** What goes on the board as a whole, written as lines of text: choose what, write it, insert it. */
import { useState } from "react";
import { appErrorDataOf } from "../../../../convex/contract/errors.ts";
import {
  IMAGE_TYPES,
  type BoardView,
  type CanvasObject,
} from "../../../../convex/contract/boardOps.ts";
import { chooseFile } from "../../shell/chooseFile.ts";
import { Dialog } from "../../shell/Dialog.tsx";
import { Icon } from "../../shell/Icon.tsx";
import { INSERT_FORMS, type InsertForm } from "./insertForms.ts";
import { addedBy } from "./newObject.ts";

interface InsertDialogProps {
  board: BoardView;
  onInsert: (objects: readonly CanvasObject[]) => void;
  onPicture: (file: File) => void;
  onClose: () => void;
}

export function InsertDialog({ board, onInsert, onPicture, onClose }: InsertDialogProps) {
  const [form, setForm] = useState<InsertForm>();
  return (
    <Dialog title={form ? form.label : "Insert"} onClose={onClose}>
      {form ? (
        <LinesForm
          form={form}
          board={board}
          onBack={() => setForm(undefined)}
          onInsert={(objects) => {
            onInsert(objects);
            onClose();
          }}
        />
      ) : (
        <div className="insert-choices">
          <button
            type="button"
            className="button"
            onClick={() => {
              void chooseFile(IMAGE_TYPES.join(",")).then(onPicture);
              onClose();
            }}
          >
            <Icon name="image" /> Picture
          </button>
          {INSERT_FORMS.map((one) => (
            <button key={one.name} type="button" className="button" onClick={() => setForm(one)}>
              <Icon name={one.icon} /> {one.label}
            </button>
          ))}
        </div>
      )}
    </Dialog>
  );
}

interface LinesFormProps {
  form: InsertForm;
  board: BoardView;
  onBack: () => void;
  onInsert: (objects: readonly CanvasObject[]) => void;
}

function LinesForm({ form, board, onBack, onInsert }: LinesFormProps) {
  const [title, setTitle] = useState("");
  const [lines, setLines] = useState("");
  const [problem, setProblem] = useState<string>();
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        try {
          onInsert(addedBy(form.plan(title, lines, board)));
        } catch (error) {
          setProblem(appErrorDataOf(error)?.message ?? form.needs);
        }
      }}
    >
      <label className="field">
        <span className="label">{form.name === "question" ? "Question" : "Title"}</span>
        <input
          className="input"
          value={title}
          maxLength={form.name === "question" ? 400 : 120}
          autoFocus
          onChange={(event) => setTitle(event.target.value)}
        />
      </label>
      <label className="field">
        <span className="label">{form.linesLabel}</span>
        <textarea
          className="input"
          rows={5}
          value={lines}
          placeholder={form.example}
          aria-describedby="insert-hint"
          required
          onChange={(event) => setLines(event.target.value)}
        />
      </label>
      <p id="insert-hint" className="hint">
        {form.hint}
      </p>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <div className="row spread">
        <button type="button" className="button button-quiet" onClick={onBack}>
          Back
        </button>
        <button type="submit" className="button button-primary">
          Insert
        </button>
      </div>
    </form>
  );
}
