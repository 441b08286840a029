/** Where this person's cursor is, and the stroke they are making, told to the others on the board. */
import { useEffect, useRef } from "react";
import { useClassroom } from "../../classroom/classroomContext.ts";
import type { BoardLink } from "./boardLink.ts";
import type { PenPoint } from "../hands/freehand.ts";
import type { GestureBoard } from "../hands/gesture.ts";
import { personColour } from "../shapes/palette.ts";
import { strokePreview, type Presence } from "./presence.ts";
import type { Point } from "../layers/viewport.ts";

const PRESENCE_MS = 45; // 22 positions a second look smooth, and the server conflates more

/** This page's presence on the board, sent at most every PRESENCE_MS. */
export function usePresence(link: BoardLink) {
  const { me } = useClassroom();
  const { userId, name } = me;
  const stroke = useRef<{ points: PenPoint[]; colour: string; size: number }>(undefined);
  const sentAt = useRef(0);
  const last = useRef<Point>(undefined);

  const send = (cursor: Point | undefined) => {
    const user = { userId, name, colour: personColour(userId) };
    const presence: Presence = { user };
    if (cursor) presence.cursor = { x: Math.round(cursor.x), y: Math.round(cursor.y) };
    const { current } = stroke;
    if (current) presence.stroke = { ...current, points: strokePreview(current.points) };
    link.setPresence(presence);
  };

  useEffect(() => {
    link.setPresence({ user: { userId, name, colour: personColour(userId) } });
  }, [link, userId, name]);

  return {
    beginStroke(point: PenPoint, { ink }: GestureBoard) {
      stroke.current = { points: [point], colour: ink.colour, size: ink.size };
    },
    moveTo(point: PenPoint) {
      stroke.current?.points.push(point);
      last.current = point;
      if (performance.now() - sentAt.current < PRESENCE_MS) return;
      sentAt.current = performance.now();
      send(point);
    },
    endStroke() {
      if (!stroke.current) return;
      stroke.current = undefined;
      send(last.current);
    },
    leave: () => {
      last.current = undefined;
      send(undefined);
    },
  };
}
