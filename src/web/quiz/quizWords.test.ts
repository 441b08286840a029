import { expect, it } from "vitest";
import { countWords, shortfallWords } from "./quizWords.ts";

it("[QU6] the page says how many of how many there are, what was lacking and what would help", () => {
  const few = { kind: "ready" as const, questionCount: 1 };
  const lacking = (cause: "sentences" | "concepts" | "model") =>
    shortfallWords({ ...few, shortfall: { asked: 8, cause } });
  expect(lacking("sentences")).toMatch(/1 of the 8 questions.*too few.*longer document.*AI model/u);
  expect(lacking("concepts")).toMatch(/1 of the 8 questions.*concept.*longer document.*AI model/u);
  expect(lacking("model")).toMatch(/1 of the 8 questions.*Making the quiz again/u);

  expect(countWords({ ...few, shortfall: { asked: 8, cause: "model" } })).toBe("1 of 8 questions");

  expect(shortfallWords(few)).toBeUndefined();
  expect(countWords(few)).toBe("1 question");
  expect(countWords({ ...few, questionCount: 8 })).toBe("8 questions");
});
