/** Says a text as a person would read it out: word by word, with a breath after each sentence. */
import { sleep, type Clock } from "../../util/clock.ts";

const WORD_MS = 24;
const SENTENCE_MS = 140;

/** Yields the words with what separates them; ends early, without an error, when the signal aborts. */
export async function* speak(
  text: string,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for (const word of text.match(/\s*\S+|\s+$/g) ?? []) {
    if (signal.aborted) return;
    yield word;
    const pauseMs = /[.!?:][”)\]]*$/.test(word) ? SENTENCE_MS : WORD_MS;
    try {
      await sleep(clock, pauseMs, signal);
    } catch {
      return; // the turn was stopped
    }
  }
}
