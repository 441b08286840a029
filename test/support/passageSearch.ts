/** Reads a real document from test/fixtures and finds its passages by their words: a stand-in for documents/search. */
import { readFile } from "node:fs/promises";
import { cutPassages } from "../../convex/documents/cutPassages.ts";
import type { Format } from "../../convex/documents/formats/detectFormat.ts";
import { readPages } from "../../convex/documents/formats/readPages.ts";
import { contentWords } from "../../src/tutor/contentWords.ts";
import type { FoundPassage } from "../../src/tutor/turnStore.ts";

export interface PassageSearch {
  passages: FoundPassage[];
  search: (text: string, limit: number) => Promise<FoundPassage[]>;
}

export async function openFixture(documentName: string, format: Format): Promise<PassageSearch> {
  const bytes = await readFile(new URL(`../fixtures/documents/${documentName}`, import.meta.url));
  const pages = await readPages(new Uint8Array(bytes), format, () => Promise.resolve());
  const passages = cutPassages(pages).passages.map(({ page, heading, text }, i): FoundPassage => {
    const place = { documentId: documentName, documentName, page, text, score: 0 };
    return { ...place, passageId: `${documentName}-${i}`, heading: heading ?? undefined };
  });
  const words = passages.map(({ heading, text }) => contentWords(`${heading ?? ""} ${text}`));
  const holders = (word: string) => words.filter((all) => all.includes(word)).length;
  return {
    passages,
    search(query, limit) {
      const rarity = new Map(
        contentWords(query).map((word) => [
          word,
          Math.log(1 + passages.length / (1 + holders(word))),
        ]),
      );
      const scored = passages.map((passage, i) => {
        let score = 0;
        for (const [word, weight] of rarity) {
          const count = words[i]!.filter((w) => w === word).length;
          score += (weight * count) / (count + 1.2);
        }
        return { ...passage, score };
      });
      const found = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
      return Promise.resolve(found.slice(0, limit));
    },
  };
}
