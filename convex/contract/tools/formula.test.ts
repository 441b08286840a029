import fc from "fast-check";
import { expect, it } from "vitest";
import { appErrorDataOf } from "../errors.ts";
import { parseFormula } from "./formula.ts";

it("[TO4] reads formulas as mathematicians write them", () => {
  const cases: [string, number, number][] = [
    ["2x^2 - 3x + 1", 3, 10],
    ["-x^2", 3, -9],
    ["2^-1", 0, 0.5],
    ["(x+1)(x-1)", 4, 15],
    ["sin(pi/2) + cos 0", 0, 2],
    ["8/2/2", 0, 2],
    ["2^3^2", 0, 512],
    ["sqrt(x)", 9, 3],
    ["ln(e)", 0, 1],
    ["3 - -2", 0, 5],
  ];
  for (const [formula, x, expected] of cases)
    expect(parseFormula(formula)(x)).toBeCloseTo(expected);
});

it("[TO4] refuses every other text with a coded error, and never hangs", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(..."x23.+-*/^() sincopie!;=".split("")) }),
      (text) => {
        try {
          expect(typeof parseFormula(text)(1)).toBe("number");
        } catch (error) {
          expect(appErrorDataOf(error)?.code).toBe("INVALID_INPUT");
        }
      },
    ),
  );
});
