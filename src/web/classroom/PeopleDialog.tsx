/** Everyone who takes part, who of them is here, and (for owner and teachers) their roles. */
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useState, useSyncExternalStore } from "react";
import { api } from "../../../convex/_generated/api.js";
import type { BoardLink } from "../board/link/boardLink.ts";
import { personColour } from "../board/shapes/palette.ts";
import { attempt } from "../shell/attempt.ts";
import { ConfirmDialog } from "../shell/ConfirmDialog.tsx";
import { Dialog } from "../shell/Dialog.tsx";
import { IconButton } from "../shell/IconButton.tsx";
import { Loading } from "../shell/Loading.tsx";
import { useClassroom } from "./classroomContext.ts";
import { initials } from "./initials.ts";
import { ROLES, type GrantableRole } from "./roles.ts";

type Person = FunctionReturnType<typeof api.sessions.participants.list>[number];

export function PeopleDialog({ board, onClose }: { board: BoardLink; onClose: () => void }) {
  const { sessionId, me } = useClassroom();
  const people = useQuery(api.sessions.participants.list, { sessionId });
  const others = useSyncExternalStore(board.subscribe, board.others);
  const here = new Set(others.map(({ presence }) => presence.user.userId));
  here.add(me.userId);
  return (
    <Dialog title="People" onClose={onClose}>
      {!people && <Loading what="people" />}
      <ul className="people">
        {people?.map((person) => (
          <PersonRow key={person.userId} person={person} isHere={here.has(person.userId)} />
        ))}
      </ul>
    </Dialog>
  );
}

function PersonRow({ person, isHere }: { person: Person; isHere: boolean }) {
  const { sessionId, session, me, canManage } = useClassroom();
  const { userId, name, role } = person;
  const setRole = useSetRole();
  const [isAsked, setIsAsked] = useState(false);
  const removeMember = useMutation(api.sessions.participants.removeMember);
  // as the server decides: nobody manages the owner, and a teacher no other teacher
  const mayManage =
    canManage &&
    session.state.kind === "active" &&
    role !== "owner" &&
    userId !== me.userId &&
    (session.role === "owner" || role !== "teacher");

  return (
    <li className="person">
      <span className="avatar" style={{ background: personColour(userId) }} aria-hidden="true">
        {initials(name)}
      </span>
      <span className="grow">
        <span className="person-name clip">
          {name}
          {userId === me.userId && <span className="faint"> (you)</span>}
        </span>
        <span className={isHere ? "person-here" : "faint small"}>
          {isHere ? "Here now" : "Away"}
        </span>
      </span>
      {mayManage ? (
        <>
          <select
            className="input person-role"
            aria-label={`Role of ${name}`}
            value={role}
            onChange={(event) => {
              const next = event.target.value as GrantableRole;
              void attempt(`The role of ${name} was not changed`, () =>
                setRole({ sessionId, userId, role: next }),
              );
            }}
          >
            {ROLES.map((one) => (
              <option key={one.name} value={one.name}>
                {one.label}
              </option>
            ))}
          </select>
          <IconButton
            icon="close"
            label={`Remove ${name} from the session`}
            small
            onClick={() => setIsAsked(true)}
          />
          {isAsked && (
            <ConfirmDialog
              title={`Remove ${name}?`}
              action="Remove from session"
              onConfirm={() => removeMember({ sessionId, userId })}
              onClose={() => setIsAsked(false)}
            >
              <p>
                Nothing in this session is open to them any more. What they asked and drew stays,
                and a new invitation lets them come back.
              </p>
            </ConfirmDialog>
          )}
        </>
      ) : (
        <span className="chip">{role}</span>
      )}
    </li>
  );
}

function useSetRole() {
  return useMutation(api.sessions.participants.setRole).withOptimisticUpdate(
    (store, { sessionId, userId, role }) => {
      const { list } = api.sessions.participants;
      const people = store.getQuery(list, { sessionId });
      const changed = people?.map((person) =>
        person.userId === userId ? { ...person, role } : person,
      );
      if (changed) store.setQuery(list, { sessionId }, changed);
    },
  );
}
