/** Collects what an answer cites: gives each passage its number in order of first use (rule TU10). */
import type { AnswerCitation } from "../../convex/contract/tutorEvents.ts";
import type { FoundPassage } from "./turnStore.ts";

export class CitationList {
  readonly #citations: AnswerCitation[] = [];
  readonly #numbers = new Map<string, number>();

  /**
   * The marker `[n]` for a passage, which is about to stand at `position` of the answer. `key` tells
   * apart what gets numbers of its own; by default one passage has one number.
   */
  mark(passage: FoundPassage, quote: string, position: number, key = passage.passageId): string {
    const known = this.#numbers.get(key);
    if (known !== undefined) return `[${known}]`;
    const { passageId, documentId, page } = passage;
    const number = this.#citations.length + 1;
    const marker = `[${number}]`;
    const [start, end] = [position, position + marker.length];
    this.#numbers.set(key, number);
    this.#citations.push({ passageId, documentId, page, start, end, quote });
    return marker;
  }

  get all(): AnswerCitation[] {
    return [...this.#citations];
  }
}
