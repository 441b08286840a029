import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readSpecial, type JSONValue } from "./jsonValue.ts";
import { isTextTooNested } from "./nesting.ts";

describe("nesting", () => {
  it("[HO6] text that nests beyond a thousand levels is told without walking it", () => {
    for (const brackets of ["[]", "{}"] as const) {
      const deep = (levels: number) => brackets[0]!.repeat(levels) + brackets[1]!.repeat(levels);
      expect(isTextTooNested(deep(1_000))).toBe(false);
      expect(isTextTooNested(deep(1_001))).toBe(true);
      expect(isTextTooNested(brackets[0]!.repeat(10_000_000))).toBe(true);
    }
    expect(isTextTooNested("[]".repeat(10_000))).toBe(false);
  });

  it("[HO6] brackets in strings do not count, whatever is escaped in them", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("", "\\", '"', '\\"', "\\\\"), (text, ending) => {
        const value = { [text]: `${text}${"[{".repeat(600)}${ending}`, then: [text] };
        expect(isTextTooNested(JSON.stringify(value))).toBe(false);
        expect(isTextTooNested(JSON.stringify([value]) + "[".repeat(1_001))).toBe(true);
      }),
    );
  });

  it("[HO6] any text may be asked about", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("[", "]", "{", "}", '"', "\\") }), (text) => {
        expect(isTextTooNested(text.repeat(100))).toEqual(expect.any(Boolean));
      }),
    );
  });
});

it("[HO1] whatever stands in a `$…` object, it is a value or an ordinary object", () => {
  const contents = fc.oneof(fc.jsonValue(), fc.base64String(), fc.string());
  const name = fc.constantFrom("$integer", "$float", "$bytes", "$undefined", "$commitTs", "$else");
  fc.assert(
    fc.property(name, contents, (field, value) => {
      const special = readSpecial({ [field]: value as JSONValue });
      const bytes = typeof value === "string" ? Buffer.from(value, "base64") : null;
      if (field === "$integer" || field === "$float") {
        expect(special !== undefined).toBe(bytes?.length === 8);
      }
      if (field === "$bytes") expect(special !== undefined).toBe(bytes !== null);
    }),
  );
});
