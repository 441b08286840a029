/** The person's own menu: name, account, leaving. */
import { useMutation } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { api } from "../../../convex/_generated/api.js";
import { MAX_NAME_CHARS } from "../../../convex/contract/limits.ts";
import { AccountForm } from "../entry/AccountForm.tsx";
import { signOut } from "../entry/useIdentity.ts";
import { attempt } from "../shell/attempt.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import { Dialog } from "../shell/Dialog.tsx";
import { Icon } from "../shell/Icon.tsx";
import { Menu, type MenuEntry } from "../shell/Menu.tsx";
import { RenameDialog } from "../shell/RenameDialog.tsx";
import { showNews } from "../shell/toastStore.ts";

type Me = FunctionReturnType<typeof api.users.profile.me>;
type Asked = "rename" | "upgrade" | "logout" | "delete";

export function AccountMenu({ me }: { me: Me }) {
  const [asked, setAsked] = useState<Asked>();
  const ask = (which: Asked) => () => setAsked(which);
  const isGuest = me.kind === "guest";
  const entries: MenuEntry[] = [
    { label: "Change name", icon: "pencil", onSelect: ask("rename") },
    ...(isGuest
      ? [{ label: "Create an account", icon: "user", onSelect: ask("upgrade") } as const]
      : []),
    {
      label: "Log out",
      icon: "door",
      // A guest has no way back in, so a guest is asked first.
      onSelect: isGuest ? ask("logout") : () => void signOut(),
    },
    { label: "Delete account", icon: "trash", isDanger: true, onSelect: ask("delete") },
  ];
  return (
    <>
      <Menu
        label={`Account of ${me.name}`}
        triggerClass="button button-quiet"
        trigger={
          <>
            <Icon name="user" />
            <span className="home-account clip">{me.name}</span>
            <Icon name="chevronDown" size={14} />
          </>
        }
        entries={entries}
      />
      {asked && <AccountDialog asked={asked} me={me} onClose={() => setAsked(undefined)} />}
    </>
  );
}

function AccountDialog({ asked, me, onClose }: { asked: Asked; me: Me; onClose: () => void }) {
  const rename = useMutation(api.users.profile.rename).withOptimisticUpdate((store, { name }) => {
    const before = store.getQuery(api.users.profile.me, {});
    if (before) store.setQuery(api.users.profile.me, {}, { ...before, name });
  });
  const remove = useMutation(api.users.profile.remove);

  switch (asked) {
    case "rename":
      return (
        <RenameDialog
          heading="Change your name"
          label="Name"
          name={me.name}
          maxChars={MAX_NAME_CHARS}
          onRename={(name) => attempt("Your name was not changed", () => rename({ name }))}
          onClose={onClose}
        />
      );
    case "upgrade":
      return (
        <Dialog title="Create an account" onClose={onClose}>
          <p className="faint">Your sessions stay yours, and you can log in from anywhere.</p>
          <AccountForm
            isNew
            upgradeFrom={me.name}
            onDone={() => {
              onClose();
              showNews("Your account is ready. Everything you had is in it.");
            }}
          />
        </Dialog>
      );
    case "logout":
      return (
        <ConfirmDialog
          title="Log out as a guest?"
          action="Log out"
          onConfirm={signOut}
          onClose={onClose}
        >
          <p>A guest cannot log in again. Create an account first to keep your sessions.</p>
        </ConfirmDialog>
      );
    case "delete":
      return (
        <ConfirmDialog
          title="Delete your account?"
          action="Delete account"
          onConfirm={async () => {
            await remove({});
            await signOut();
          }}
          onClose={onClose}
        >
          <p>
            Your sessions with all their documents, boards and reports are deleted, and you leave
            the sessions of others. This cannot be undone.
          </p>
        </ConfirmDialog>
      );
  }
}
