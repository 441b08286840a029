import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { speakableEnd, speakableText } from "./speakableChunk.ts";

it("[WP14] only whole sentences are said while an answer streams", () => {
  const text = "Light is absorbed by the chlorophyll of leaves. [1] Then it is tur";
  const end = speakableEnd(text, 0, false);
  expect(text.slice(0, end)).toBe("Light is absorbed by the chlorophyll of leaves. [1]");
  expect(speakableEnd(text, end, false)).toBe(end);
  expect(speakableEnd(text, end, true)).toBe(text.length);
});

it("[WP14] markup is not read aloud", () => {
  expect(speakableText("## **Light** is `absorbed` [2]\n> so")).toBe(
    "Light is absorbed (source 2) so",
  );
});

test.prop([fc.string({ maxLength: 300 }), fc.array(fc.nat(300), { maxLength: 6 })])(
  "[WP14] in the end everything was said once, in order",
  (text, cuts) => {
    let spoken = 0;
    let said = "";
    const lengths = cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b);
    for (const [index, length] of [...lengths, text.length].entries()) {
      const end = speakableEnd(text.slice(0, length), spoken, index === lengths.length);
      expect(end).toBeGreaterThanOrEqual(spoken);
      said += text.slice(spoken, end);
      spoken = end;
    }
    expect(said).toBe(text);
  },
);
