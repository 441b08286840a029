/** Who has the board open right now, as initials; opens the list of everyone. */
import { useSyncExternalStore } from "react";
import type { BoardLink } from "../board/link/boardLink.ts";
import { personColour } from "../board/shapes/palette.ts";
import { useClassroom } from "./classroomContext.ts";
import { initials } from "./initials.ts";

const MAX_SHOWN = 4;

export function PeopleHere({ board, onOpen }: { board: BoardLink; onOpen: () => void }) {
  const { me } = useClassroom();
  const others = useSyncExternalStore(board.subscribe, board.others);
  const people = new Map<string, string>([[me.userId, me.name]]);
  for (const { presence } of others) people.set(presence.user.userId, presence.user.name);
  const shown = [...people].slice(0, MAX_SHOWN);
  const more = people.size - shown.length;
  const names = [...people.values()].join(", ");

  return (
    <button type="button" className="people-here" title={names} onClick={onOpen}>
      <span className="visually-hidden">People here: {names}</span>
      {shown.map(([userId, name]) => (
        <span
          key={userId}
          className="avatar"
          style={{ background: personColour(userId) }}
          aria-hidden="true" // a picture of the name that stands in the button's text
        >
          {initials(name)}
        </span>
      ))}
      {more > 0 && (
        <span className="avatar avatar-more" aria-hidden="true">
          +{more}
        </span>
      )}
    </button>
  );
}
