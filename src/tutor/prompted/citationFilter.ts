/**
 * Checks a model's citation markers while its text streams by. The model is given passages numbered
 * from 1 and writes `[2]` or `[1, 3]`; what points to a given passage is renumbered in order of first
 * use, what does not is taken out and counted, and half a marker at the end of a piece is held back
 * until it is whole. Nothing unresolved is ever passed on (rule TU10).
 */
import { CitationList } from "../citationList.ts";
import { contentWords } from "../contentWords.ts";
import { splitSentences } from "../sentences.ts";
import type { FoundPassage } from "../turnStore.ts";

/** A whole marker, with the blanks before it, which go when the marker goes. `a[0]` is none. */
const MARKER = /[ \t]*\[\s*[1-9]\d{0,3}(?:\s*,\s*[1-9]\d{0,3})*\s*\]/g;
/** What may be the beginning of one. */
const PARTIAL = /[ \t]*(?:\[[\s\d,[]{0,40})?$/;
/** How much of the answer before a marker says what it is cited for. */
const STATEMENT_CHARS = 300;
const MAX_QUOTE_CHARS = 300;

export class CitationFilter {
  readonly #passages: readonly FoundPassage[];
  readonly #citations = new CitationList();
  #held = "";
  #said = "";
  #dropped = 0;

  constructor(passages: readonly FoundPassage[]) {
    this.#passages = passages;
  }

  /** Takes the next piece of the model's text; returns what can be shown. */
  push(text: string): string {
    const waiting = this.#held + text;
    const start = PARTIAL.exec(waiting)?.index ?? waiting.length;
    this.#held = waiting.slice(start);
    return this.#resolve(waiting.slice(0, start));
  }

  /** The rest, once the model has finished: half a marker that never became one is just text. */
  flush(): string {
    const rest = this.#held;
    this.#held = "";
    return this.#resolve(rest);
  }

  get citations() {
    return this.#citations.all;
  }

  get dropped(): number {
    return this.#dropped;
  }

  #resolve(text: string): string {
    let resolved = "";
    let end = 0;
    for (const match of text.matchAll(MARKER)) {
      resolved += text.slice(end, match.index);
      end = match.index + match[0].length;
      const blanks = match[0].slice(0, match[0].indexOf("["));
      const markers = this.#markersFor(match[0], blanks, resolved);
      // "[[9]1]": taking the inner one out must not leave a marker that nobody checked.
      resolved = markers === "" ? resolved.replace(/\[[\s\d,[]*$/, "") : resolved + markers;
    }
    resolved += text.slice(end);
    this.#said += resolved;
    return resolved;
  }

  #markersFor(marker: string, blanks: string, before: string): string {
    const numbers = (marker.match(/\d+/g) ?? []).map(Number);
    const spoken = this.#said + before + blanks;
    let markers = "";
    for (const number of numbers) {
      const passage = this.#passages[number - 1];
      if (passage === undefined) {
        this.#dropped++;
        continue;
      }
      const quote = quoteFor(passage, spoken.slice(-STATEMENT_CHARS));
      markers += this.#citations.mark(passage, quote, spoken.length + markers.length);
    }
    return markers === "" ? "" : blanks + markers;
  }
}

/** The sentence of the passage that shares most with what it is cited for. */
function quoteFor(passage: FoundPassage, statement: string): string {
  const words = new Set(contentWords(statement.split(/(?<=[.!?])\s+/).at(-1) ?? statement));
  let [best, most] = [{ start: 0, end: passage.text.length }, -1];
  for (const sentence of splitSentences(passage.text)) {
    const shared = new Set(contentWords(sentence.text).filter((word) => words.has(word))).size;
    if (shared > most) [best, most] = [sentence, shared];
  }
  return passage.text.slice(best.start, Math.min(best.end, best.start + MAX_QUOTE_CHARS));
}
