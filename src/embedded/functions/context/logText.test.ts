import fc from "fast-check";
import { expect, it } from "vitest";
import { consoleWords, logText } from "./logText.ts";

const MOST_CHARS = 100_000; // a line is cut at 32,768

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

class Point {
  x = 1;
  get norm() {
    return this.x;
  }
}
it.each<[string, unknown, unknown]>([
  ["a text", 'it\'s "so"\n', `'it\\'s "so"\\n'`],
  ["a zero below", -0, "-0"],
  ["a bigint", 12n, "12n"],
  ["a symbol", Symbol("s"), "Symbol(s)"],
  ["nothing", undefined, "undefined"],
  ["an empty object", {}, "{}"],
  ["an object", { a: 1, "b-c": [1, "two"] }, "{ a: 1, 'b-c': [ 1, 'two' ] }"],
  ["a symbol as a key", { [Symbol("s")]: null }, "{ [Symbol(s)]: null }"],
  ["an object without a prototype", Object.create(null), "[Object: null prototype] {}"],
  ["an instance", new Point(), "Point { x: 1 }"],
  ["a class", Point, "[Function: Point]"],
  ["a function", () => 1, "[Function: (anonymous)]"],
  ["a map", new Map([["a", { b: 1 }]]), "Map(1) { 'a' => { b: 1 } }"],
  ["a set", new Set([1]), "Set(1) { 1 }"],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
  ["a date that is none", new Date(NaN), "Invalid Date"],
  ["a pattern", /a/g, "/a/g"],
  ["an array of numbers", new Uint8Array([1, 2]), "Uint8Array(2) [ 1, 2 ]"],
  ["bytes", new ArrayBuffer(3), "ArrayBuffer { byteLength: 3 }"],
  ["an array with a hole", [1, , 2], "[ 1, <empty>, 2 ]"],
  ["what is deep", [[[[[[[[]]]]]]]], "[ [ [ [ [ [ [Array] ] ] ] ] ] ]"],
  [
    "an accessor",
    Object.defineProperty({}, "a", { enumerable: true, get: () => 1 }),
    "{ a: [Getter] }",
  ],
  ["what has an inspector", { [INSPECT]: () => "as I please" }, "as I please"],
  ["an address", new URL("https://a.example/b"), expect.stringContaining("'https://a.example/b'")],
  ["an answer", new Response("x"), expect.stringContaining("status: 200,")],
  ["headers", new Headers({ a: "b" }), expect.stringContaining("a: 'b'")],
])("[FI16] %s is shown so that one knows what it is", (_, value, text) => {
  expect(logText([value])).toEqual(text);
});

it("[FI16] an error is shown with its stack, its cause and its fields", () => {
  const cause = new TypeError("no network");
  const error = Object.assign(new Error("failed", { cause }), { status: 503 });
  const text = logText([error]);
  expect(text.startsWith(error.stack!)).toBe(true);
  expect(text).toContain("status: 503");
  expect(text).toContain("[cause]: TypeError: no network\n");
});

it("[FI9] what measures time goes by a name, and shows what else it is told", () => {
  expect(consoleWords("time", [])).toEqual({ text: "", label: "default" });
  expect(consoleWords("timeEnd", [null])).toEqual({ text: "", label: "null" });
  expect(consoleWords("timeLog", [7, "so far", { a: 1 }])).toEqual({
    text: "'so far' { a: 1 }",
    label: "7",
  });
  expect(consoleWords("log", ["a"])).toEqual({ text: "'a'", label: "" });
});

const fails = (): never => {
  throw new Error("not for you");
};
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();
const endless = (): object => ({ [INSPECT]: endless });
const itself: object = { [INSPECT]: () => itself };
const constructor = Object.defineProperty(() => 1, "name", { get: fails });

it.each<[string, unknown]>([
  ["a getter that throws", Object.defineProperty({}, "a", { enumerable: true, get: fails })],
  ["a stack that throws", Object.defineProperty(new Error("x"), "stack", { get: fails })],
  ["an inspector that throws", { [INSPECT]: fails }],
  ["an inspector that returns more of them", endless()],
  ["an inspector that returns itself", itself],
  [
    "a proxy whose traps throw",
    new Proxy({}, { get: fails, ownKeys: fails, getPrototypeOf: fails }),
  ],
  ["a revoked proxy", revoked],
  [
    "a proxy of a list without end",
    new Proxy([], { get: (_, key) => (key === "length" ? 2 ** 53 : undefined), has: () => true }),
  ],
  ["a class whose name throws", Object.create({ constructor })],
  ["a tag that throws", Object.defineProperty({}, Symbol.toStringTag, { get: fails })],
  [
    "an endless map",
    Object.defineProperty(new Map(), Symbol.iterator, {
      *value() {
        for (;;) yield [1, 2];
      },
    }),
  ],
])("[FI16] %s neither fails the call nor fills the log", (_, value) => {
  expect(logText([value, "and more"])).toMatch(/ 'and more'$/);
  expect(logText([{ inside: [value] }]).length).toBeLessThan(MOST_CHARS);
});

it("[FI16] what is cyclic, large or deep is shown as far as a line goes", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  expect(logText([cyclic])).toBe("{ self: [Circular] }");
  const wide = Array.from({ length: 10 }, () => "x".repeat(10_000));
  const shared = Array(1_000).fill(Array(1_000).fill(Array(1_000).fill({})));
  const deep = JSON.parse("[".repeat(5_000) + "]".repeat(5_000)) as unknown;
  const values = [
    wide,
    shared,
    deep,
    "x".repeat(1e6),
    Array(1e6).fill(0),
    { ["k".repeat(1e6)]: 1 },
  ];
  for (const value of values) expect(logText([value]).length).toBeLessThan(MOST_CHARS);
  expect(logText(values).length).toBeLessThan(MOST_CHARS);
  expect(logText([Array(1_002).fill(0)])).toMatch(/, 0, \.\.\. 2 more \]$/);
});

it("[FI16] whatever the value, there is a text, and of bounded length", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.anything({
          withMap: true,
          withSet: true,
          withDate: true,
          withBigInt: true,
          withNullPrototype: true,
          withObjectString: true,
          withSparseArray: true,
          withTypedArray: true,
        }),
      ),
      (values) => {
        const text = logText(values);
        expect(text.length).toBeLessThan(MOST_CHARS);
      },
    ),
  );
});
