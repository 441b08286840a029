import { expect, it } from "vitest";
import { typesetFormula } from "./typesetFormula.ts";

const nested = (open: string, close: string, levels: number) =>
  open.repeat(levels) + "x" + close.repeat(levels);

it("[BO25] formulas are typeset, and those that are too long or too deep are not tried", () => {
  expect(typesetFormula("\\frac{a}{b}")).toContain("<math");
  expect(typesetFormula(nested("{", "}", 1_900))).toBeUndefined();
  expect(typesetFormula("x".repeat(4_001))).toBeUndefined();
});

it("[BO25] a formula brings no links, pictures or styles of its own", () => {
  const html = typesetFormula(
    "\\href{javascript:alert(1)}{a} \\includegraphics{//evil.example/x} \\htmlStyle{position:fixed}{b}",
  );
  expect(html).not.toMatch(/<a |<img|position:fixed;|style="position:fixed/);
});
