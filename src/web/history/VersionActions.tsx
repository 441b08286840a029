/** What can be done with what is looked at: name it, put it back, delete its name. */
import { useMutation } from "convex/react";
import { useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { MAX_VERSION_LABEL_CHARS } from "../../../convex/contract/limits.ts";
import { useClassroom } from "../classroom/classroomContext.ts";
import { attempt } from "../shell/attempt.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import { Icon } from "../shell/Icon.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { RenameDialog } from "../shell/RenameDialog.tsx";
import { showNews } from "../shell/toastStore.ts";
import { nameBoard, restoreVersion } from "./historyRequests.ts";
import type { Version } from "./versionContent.ts";

interface VersionActionsProps {
  /** Undefined: the board as it is now. */
  version: Version | undefined;
  onShow: (versionId: string | undefined) => void;
}

type Asked = "name" | "restore" | "delete";

export function VersionActions({ version, onShow }: VersionActionsProps) {
  const may = useRights(version);
  const [asked, setAsked] = useState<Asked>();
  return (
    <>
      {may.name && (
        <button type="button" className="button button-small" onClick={() => setAsked("name")}>
          <Icon name="pencil" size={15} /> {isNamed(version) ? "Rename" : "Name this version"}
        </button>
      )}
      {may.restore && (
        <button
          type="button"
          className="button button-small button-primary"
          onClick={() => setAsked("restore")}
        >
          <Icon name="history" size={15} /> Restore
        </button>
      )}
      {may.delete && (
        <IconButton
          icon="trash"
          label="Delete this version"
          small
          onClick={() => setAsked("delete")}
        />
      )}
      <ActionDialog
        asked={asked}
        version={version}
        onShow={onShow}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

/** As the server decides: what somebody else has named only those who teach change. */
function useRights(version: Version | undefined): Record<Asked, boolean> {
  const { session, me, canWrite, canManage } = useClassroom();
  const isMine = !isNamed(version) || version.namedBy === me.userId || canManage;
  return {
    name: canWrite && isMine,
    restore: version !== undefined && canManage && session.state.kind === "active",
    delete: canWrite && isMine && isNamed(version),
  };
}

function isNamed(version: Version | undefined): version is Version {
  return version?.kind === "named";
}

function ActionDialog({ asked, ...rest }: DialogProps & { asked: Asked | undefined }) {
  const { version } = rest;
  if (asked === "name") return <NameDialog {...rest} />;
  if (asked === "restore" && version) return <RestoreDialog {...rest} version={version} />;
  if (asked === "delete" && version) return <DeleteDialog {...rest} version={version} />;
  return null;
}

interface DialogProps extends VersionActionsProps {
  onClose: () => void;
}

function NameDialog({ version, onClose, onShow }: DialogProps) {
  const { sessionId } = useClassroom();
  const name = useMutation(api.whiteboard.versions.name);
  return (
    <RenameDialog
      heading={isNamed(version) ? "Rename this version" : "Name this version"}
      label="Name"
      action={isNamed(version) ? "Rename" : "Save name"}
      name={isNamed(version) ? (version.label ?? "") : ""}
      maxChars={MAX_VERSION_LABEL_CHARS}
      onClose={onClose}
      onRename={(label) =>
        attempt("The version was not named", async () => {
          if (version) await name({ versionId: version.versionId, label });
          else onShow(await nameBoard(sessionId, label));
          showNews(`“${label}” is kept in the board’s history.`);
        })
      }
    />
  );
}

function RestoreDialog({ version, onClose, onShow }: DialogProps & { version: Version }) {
  const { sessionId } = useClassroom();
  const undo = (beforeId: string) => {
    void attempt("The restore was not undone", async () => {
      await restoreVersion(sessionId, beforeId);
      showNews("The board is again as it was before.");
    });
  };
  return (
    <ConfirmDialog
      title="Restore this version?"
      action="Restore"
      onClose={onClose}
      onConfirm={async () => {
        const { beforeId, changed } = await restoreVersion(sessionId, version.versionId);
        onShow(undefined);
        if (changed === 0) showNews("The board was like this already.");
        else {
          showNews("The version was restored.", { label: "Undo", run: () => undo(beforeId) });
        }
      }}
    >
      <p>
        Everyone in the session will see the board as it was then. What is on it now is kept as a
        version, so that this can be undone.
      </p>
    </ConfirmDialog>
  );
}

function DeleteDialog({ version, onClose, onShow }: DialogProps & { version: Version }) {
  const remove = useMutation(api.whiteboard.versions.remove);
  return (
    <ConfirmDialog
      title={`Delete “${version.label ?? ""}”?`}
      action="Delete version"
      onClose={onClose}
      onConfirm={async () => {
        await remove({ versionId: version.versionId });
        onShow(undefined);
      }}
    >
      <p>The board itself stays as it is. This version cannot be looked at any more.</p>
    </ConfirmDialog>
  );
}
