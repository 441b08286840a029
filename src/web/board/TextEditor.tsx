/** Typing on the board, in the place and size of the text itself. Escape and leaving both keep it. */
import { useEffect, useRef, useState } from "react";
import type { CanvasObject } from "../../../convex/contract/boardOps.ts";
import { LINE_HEIGHT } from "../../../convex/contract/board/measureText.ts";
import { boxOf, fontSizeOf } from "../../../convex/contract/board/objectBox.ts";
import { useLive, type LiveValue } from "./liveValue.ts";
import { wordsHint, wordsOf } from "./objectText.ts";
import { textColour } from "./objectPaint.ts";
import { toScreen, type Viewport } from "./viewport.ts";

interface TextEditorProps {
  object: CanvasObject;
  seen: LiveValue<Viewport>;
  onDone: (text: string) => void;
}

export function TextEditor({ object, seen, onDone }: TextEditorProps) {
  const viewport = useLive(seen);
  const [text, setText] = useState(wordsOf(object) ?? "");
  const area = useRef<HTMLTextAreaElement>(null);
  const isDone = useRef(false);
  const box = boxOf(object);
  const { x, y } = toScreen(viewport, box);

  useEffect(() => area.current?.focus(), []);

  const finish = () => {
    if (isDone.current) return; // leaving the field by Escape blurs it as well
    isDone.current = true;
    onDone(text);
  };

  return (
    <textarea
      ref={area}
      className="board-editor"
      aria-label="Text on the board"
      placeholder={wordsHint(object)}
      value={text}
      rows={Math.max(1, text.split("\n").length)}
      style={{
        transform: `translate(${x}px, ${y}px) scale(${viewport.zoom})`,
        width:
          object.width == null
            ? `${Math.max(wordsHint(object).length, longestLine(text) + 2)}ch`
            : box.width,
        color: textColour(object),
        fontSize: fontSizeOf(object),
        lineHeight: LINE_HEIGHT,
      }}
      onChange={(event) => setText(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        event.stopPropagation();
        const isEnd =
          event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey));
        if (isEnd) finish();
      }}
    />
  );
}

function longestLine(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}
