/** Typing on the board: in the place and size of the text itself, and turned as it is. Escape and leaving both keep it. */
import { useEffect, useRef, useState } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { LINE_HEIGHT } from "../../../convex/contract/board/measureText.ts";
import { angleOf, boxOf, fontSizeOf } from "../../../convex/contract/board/objectBox.ts";
import { useLive, type LiveValue } from "./hands/liveValue.ts";
import { wordsHint, wordsOf } from "./objects/objectText.ts";
import { textColour } from "./shapes/objectPaint.ts";
import { middleOf, turnPoint } from "./objects/turnObject.ts";
import { toScreen, type Viewport } from "./layers/viewport.ts";
import { wrapText } from "./shapes/wrapText.ts";

const LEGIBLE_PX = 12; // letters on the screen; far out the editor is larger than its text
const ALIGN = { start: "left", middle: "center", end: "right" } as const;

interface TextEditorProps {
  object: CanvasObject;
  seen: LiveValue<Viewport>;
  /** By a key, or since something else got the focus. */
  onDone: (text: string, how: "key" | "left") => void;
}

export function TextEditor({ object, seen, onDone }: TextEditorProps) {
  const viewport = useLive(seen);
  const [text, setText] = useState(wordsOf(object) ?? "");
  const area = useRef<HTMLTextAreaElement>(null);
  const isDone = useRef(false);
  const box = boxOf(object);
  const angle = angleOf(object);
  const { x, y } = toScreen(viewport, turnPoint(box, middleOf(box), angle));
  const isFree = object.width == null; // as wide as its words
  const size = fontSizeOf(object);
  const scale = Math.max(viewport.zoom, LEGIBLE_PX / size);
  const lines = isFree ? text.split("\n") : wrapText(text, size, box.width);

  useEffect(() => {
    const field = area.current;
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length); // to write on
  }, []);

  const finish = (how: "key" | "left") => {
    if (isDone.current) return; // leaving the field by Escape blurs it as well
    isDone.current = true;
    onDone(text, how);
  };

  return (
    <textarea
      ref={area}
      className="board-editor"
      aria-label="Text on the board"
      placeholder={wordsHint(object)}
      value={text}
      rows={Math.max(1, lines.length)}
      style={{
        transform: `translate(${x}px, ${y}px) scale(${scale}) rotate(${angle}deg)`,
        width: isFree ? `${Math.max(wordsHint(object).length, longest(lines) + 2)}ch` : box.width,
        color: textColour(object),
        fontSize: size,
        lineHeight: LINE_HEIGHT,
        textAlign: ALIGN[object.textAnchor ?? "start"],
      }}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        const isAway = document.activeElement === area.current; // in another window, to copy something
        if (!isAway) finish("left");
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        const isEnd =
          event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
        if (isEnd) finish("key");
      }}
    />
  );
}

function longest(lines: readonly string[]): number {
  return Math.max(...lines.map((line) => line.length));
}
