import { expect, it } from "vitest";
import { withoutForeignSigns } from "./standaloneSvg.ts";

it("[BH16] signs that XML does not have are shown as unreadable, all others stay", () => {
  const wrong = ["\u0000", "\u0001", "\u000b", "\u001f", "\ufffe", "\ud83d", "\ude00"];
  expect(wrong.map((sign) => withoutForeignSigns(`a${sign}b`))).toEqual(
    wrong.map(() => "a\ufffdb"),
  );
  const fine = "<a>\t\r\n é שלום 👩‍👩‍👧 \u{10ffff}</a>";
  expect(withoutForeignSigns(fine)).toBe(fine);
});
