/** Where the others are on the board, by name, and the strokes they are making right now. */
import { memo, useSyncExternalStore } from "react";
import type { BoardLink } from "../link/boardLink.ts";
import { strokePath, type PenPoint } from "../hands/freehand.ts";
import { useLive, type LiveValue } from "../hands/liveValue.ts";
import { themedColour } from "../shapes/palette.ts";
import { toScreen, type Viewport } from "./viewport.ts";

export function Cursors({ link, seen }: { link: BoardLink; seen: LiveValue<Viewport> }) {
  const viewport = useLive(seen);
  const others = useSyncExternalStore(link.subscribe, link.others);
  return others.map(({ clientId, presence: { user, cursor } }) => {
    if (!cursor) return null;
    const { x, y } = toScreen(viewport, cursor);
    return (
      <div
        key={clientId}
        className="cursor"
        data-user-name={user.name}
        style={{ transform: `translate(${x}px, ${y}px)`, color: user.colour }}
      >
        <svg width="18" height="20" viewBox="0 0 18 20" aria-hidden="true">
          <path
            d="M2 1.5 15.5 11l-6.2 1-3.6 5.600z"
            fill="currentColor"
            stroke="#fff"
            strokeWidth="1.5"
          />
        </svg>
        <span>{user.name}</span>
      </div>
    );
  });
}

export const OtherStrokes = memo(function OtherStrokes({ link }: { link: BoardLink }) {
  const others = useSyncExternalStore(link.subscribe, link.others);
  return others.map(({ clientId, presence: { stroke } }) => {
    if (!stroke) return null;
    const d = strokePath(penPoints(stroke.points), stroke.size, false);
    return <path key={clientId} d={d} style={{ fill: themedColour(stroke.colour) }} />;
  });
});

function penPoints(flat: readonly number[]): PenPoint[] {
  return Array.from({ length: Math.floor(flat.length / 2) }, (_, index) => ({
    x: flat[2 * index] ?? 0,
    y: flat[2 * index + 1] ?? 0,
    pressure: 0.5,
  }));
}
