import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** SPEC.md and the tests name the same rules: none without a test, no test of a rule that is not there. */

const ID = /\b[A-Z]{2}\d+\b/g;

const rules = readFileSync("SPEC.md", "utf8")
  .split("\n")
  .flatMap((line) => /^- ([A-Z]{2}\d+) /.exec(line)?.[1] ?? []);

/** Ids in brackets, also as ranges: `[SV1-SV4]`. */
function rulesOfTests(): Set<string> {
  const named = new Set<string>();
  const files = globSync(["{src,convex,test,scripts}/**/*.test.ts", "src/web/**/*.test.tsx"]);
  for (const file of files) {
    for (const [bracket] of readFileSync(file, "utf8").matchAll(/\[[A-Z]{2}\d+[^\]\n]*\]/g)) {
      const [first = "", last] = bracket.match(ID) ?? [];
      named.add(first);
      if (last === undefined || !bracket.includes("-")) continue;
      const [from, to] = [Number(first.slice(2)), Number(last.slice(2))];
      for (let n = from; n <= to; n++) named.add(first.slice(0, 2) + String(n));
    }
  }
  return named;
}

describe("SPEC.md", () => {
  const tested = rulesOfTests();

  it("gives no id twice", () => {
    expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([]);
  });

  it("holds no rule without a test", () => {
    expect(rules.filter((rule) => !tested.has(rule))).toEqual([]);
  });

  it("holds every rule that a test names", () => {
    expect([...tested].filter((rule) => !rules.includes(rule))).toEqual([]);
  });
});
