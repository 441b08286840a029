import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { personColour, themedColour } from "./palette.ts";

it("[WD1] black ink becomes light and white paper dark on a dark page", () => {
  expect(themedColour("#000000")).toBe("light-dark(#000000, hsl(150 0% 93%))");
  expect(themedColour("white")).toBe("light-dark(white, hsl(150 0% 10%))");
  expect(themedColour("#fff")).toBe("light-dark(#fff, hsl(150 0% 10%))");
});

it("[WD1] the hue and the transparency of a colour stay", () => {
  expect(themedColour("#ff000080")).toBe("light-dark(#ff000080, hsl(0 100% 62% / 0.50))");
  expect(themedColour("#0000ff")).toContain("hsl(240 ");
});

it.each(["transparent", "none", "rgba(1,2,3,.5)", ""])("[WD1] %j is left as it is", (colour) => {
  expect(themedColour(colour)).toBe(colour);
});

test.prop([fc.string()])("[WD1] a person keeps one colour of the list", (userId) => {
  expect(personColour(userId)).toMatch(/^#[\da-f]{6}$/);
  expect(personColour(userId)).toBe(personColour(userId));
});

it("[BO13] a colour fetches nothing from elsewhere", () => {
  for (const paint of ["url(https://evil.example/a.svg#b)", "URL(//x)", "\\75rl(//x)"]) {
    expect(themedColour(paint)).toBe(themedColour("#1f2a26"));
  }
});
