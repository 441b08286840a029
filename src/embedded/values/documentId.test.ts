import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeDocumentId, inOtherTable, tableNumberOf } from "./documentId.ts";

const random = fc.uint8Array({ minLength: 16, maxLength: 16 });
const tableNumber = fc.oneof(
  fc.integer({ min: 1, max: 20_000 }),
  fc.integer({ min: 1, max: 2 ** 32 - 1 }),
);

it("[DI1] an id tells the number of its table, in 31 to 37 characters of Convex's alphabet", () => {
  fc.assert(
    fc.property(tableNumber, random, (number, bytes) => {
      const id = encodeDocumentId(number, bytes);
      expect(id).toMatch(/^[0-9a-hjkmnp-tv-z]{31,37}$/);
      expect(tableNumberOf(id)).toBe(number);
    }),
  );
});

it("[DI2] a mistyped, shortened or made-up id is not an id", () => {
  fc.assert(
    fc.property(
      tableNumber,
      random,
      fc.nat(30),
      fc.constantFrom("0", "1", "9", "a", "b", "h", "x", "z"),
      (n, b, at, char) => {
        const id = encodeDocumentId(n, b);
        const mistyped = id.slice(0, at) + char + id.slice(at + 1);
        if (mistyped !== id) expect(tableNumberOf(mistyped)).toBeNull();
        expect(tableNumberOf(id.slice(1))).toBeNull();
        expect(tableNumberOf(id.toUpperCase() === id ? "" : id.toUpperCase())).toBeNull();
      },
    ),
  );
  fc.assert(
    fc.property(fc.string(), (noise) => {
      expect(tableNumberOf(noise)).toBeNull();
    }),
  );
});

it("[DI3] ids of one table have one length and order as their bytes", () => {
  fc.assert(
    fc.property(tableNumber, random, random, (number, a, b) => {
      const [first, second] = [encodeDocumentId(number, a), encodeDocumentId(number, b)];
      expect(first.length).toBe(second.length);
      expect(Math.sign(Buffer.compare(a, b))).toBe(first < second ? -1 : first > second ? 1 : 0);
    }),
  );
});

it("[CL45] an id that moves to another table keeps what tells it from others", () => {
  fc.assert(
    fc.property(tableNumber, tableNumber, random, (from, to, bytes) => {
      const id = encodeDocumentId(from, bytes);
      const moved = inOtherTable(id, to) ?? "";
      expect(tableNumberOf(moved)).toBe(to);
      expect(inOtherTable(moved, from)).toBe(id);
      expect(inOtherTable("no id", to)).toBeNull();
    }),
  );
});
