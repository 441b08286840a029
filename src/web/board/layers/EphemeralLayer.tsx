/**
 * What is on the board for a moment only: pointers, the tutor's highlights. When a mark ends is decided by
 * the server's clock, which takes it off the board for everyone; this page's clock has no say in it.
 */
import { memo } from "react";
import type { BoardLink } from "../link/boardLink.ts";
import { ObjectView } from "../shapes/ObjectView.tsx";
import { useBoardMarks } from "../link/useBoardLink.ts";

export const EphemeralLayer = memo(function EphemeralLayer({ link }: { link: BoardLink }) {
  const marks = useBoardMarks(link);
  return marks.map((object) => <ObjectView key={object.id} object={object} />);
});
