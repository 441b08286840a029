/** Reads a streaming answer to screen readers sentence by sentence, and says how it ended. */
import { useEffect, useRef, useState } from "react";
import { isLive, type Exchange } from "./exchanges.ts";
import { speakableEnd, speakableText } from "./speakableChunk.ts";

export function StreamAnnouncer({ exchange }: { exchange: Exchange | undefined }) {
  const [chunk, setChunk] = useState("");
  const spoken = useRef<{ key: string; end: number; wasLive: boolean }>(undefined);

  useEffect(() => {
    if (!exchange) return;
    const live = isLive(exchange);
    if (spoken.current?.key !== exchange.key) {
      // what had been said before this page was opened is not read out
      spoken.current = { key: exchange.key, end: live ? 0 : exchange.answer.length, wasLive: live };
    }
    const state = spoken.current;
    if (!live && !state.wasLive) {
      if (exchange.phase.kind === "sending") state.wasLive = true;
      return;
    }
    const end = speakableEnd(exchange.answer, state.end, !live);
    const words = speakableText(exchange.answer.slice(state.end, end));
    const ending = live ? "" : endingWords(exchange);
    spoken.current = { key: exchange.key, end, wasLive: live };
    const next = `${words} ${ending}`.trim();
    if (next) setChunk(next);
  }, [exchange]);

  return (
    <p className="visually-hidden" aria-live="polite" aria-atomic="true">
      {chunk}
    </p>
  );
}

function endingWords({ phase }: Exchange): string {
  switch (phase.kind) {
    case "failed":
      return phase.message;
    case "cancelled":
      return "Answer stopped.";
    case "done":
      return "End of answer.";
    case "sending":
    case "thinking":
    case "speaking":
    case "usingTool":
      return "";
  }
}
