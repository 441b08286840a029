import fc from "fast-check";
import { expect, it } from "vitest";
import type { FoundPassage } from "../turnStore.ts";
import { CitationFilter } from "./citationFilter.ts";

const passages = ["Water moves.", "Salt stays. It is heavy."].map((text, i): FoundPassage => {
  return {
    passageId: `p${i + 1}`,
    documentId: "d",
    documentName: "d.pdf",
    page: i + 1,
    text,
    score: 1,
  };
});

function filtered(text: string, sizes: readonly number[] = []) {
  const filter = new CitationFilter(passages);
  let [said, start] = ["", 0];
  for (const size of [...sizes, text.length]) {
    said += filter.push(text.slice(start, start + size));
    start += size;
  }
  return { said: said + filter.flush(), citations: filter.citations, dropped: filter.dropped };
}

it("[TU10] renumbers by first use and takes out what points nowhere", () => {
  const { said, citations, dropped } = filtered(
    "Salt stays [2]. Water moves [1, 9]. Both [2][1] x [12].",
  );
  expect(said).toBe("Salt stays [1]. Water moves [2]. Both [1][2] x.");
  expect(citations.map(({ passageId }) => passageId)).toEqual(["p2", "p1"]);
  expect(dropped).toBe(2);
});

it("[TU10] leaves brackets alone that are no markers", () => {
  const text = "In a[0] and [see below] or [ab";
  const { said } = filtered(text);
  expect(said).toBe(text);
});

it("[TU10] says the same however the stream is cut, and every marker resolves", () => {
  const words = fc.constantFrom(
    "Water",
    " moves",
    "[1]",
    " [2]",
    "[3]",
    "[1,2]",
    "[",
    "]",
    " ",
    "12",
    ". ",
    "\n",
  );
  fc.assert(
    fc.property(fc.array(words), fc.array(fc.integer({ min: 1, max: 7 })), (parts, sizes) => {
      const text = parts.join("");
      const whole = filtered(text);
      expect(filtered(text, sizes)).toEqual(whole);
      for (const marker of whole.said.matchAll(/\[([1-9]\d*)\]/g)) {
        expect(Number(marker[1])).toBeLessThanOrEqual(whole.citations.length);
      }
      for (const [i, { start, end }] of whole.citations.entries()) {
        expect(whole.said.slice(start, end)).toBe(`[${i + 1}]`);
      }
    }),
  );
});
