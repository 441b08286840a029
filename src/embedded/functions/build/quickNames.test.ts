import { runInNewContext } from "node:vm";

import { expect, it } from "vitest";

import { withQuickNames } from "./quickNames.ts";

const bundleOf = (second: string): string =>
  [
    `var __defProp = Object.defineProperty;`,
    `var __name = (target, ${second}) => __defProp(target, "name", { value: ${second}, configurable: true });`,
    `// ../node_modules/convex/dist/esm/server/impl/query_impl.js`,
    `function ofLibrary() {}`,
    `__name(ofLibrary, "ofLibrary");`,
    `// convex/messages.ts`,
    `var named = /* @__PURE__ */ __name(() => 1, "named");`,
    `// node_modules/other/index.js`,
    `var other2 = class { static { __name(this, "other"); } };`,
  ].join("\n");

it.each(["value", "value2"])("[FB10] functions keep their names (%s)", (second) => {
  const source = withQuickNames(bundleOf(second));
  expect(runInNewContext(`${source}; [named.name, other2.name].join()`)).toBe("named,other");
});

it("[FB10] no line moves", () => {
  const lines = withQuickNames(bundleOf("value")).split("\n");
  const before = bundleOf("value").split("\n");
  expect(lines).toHaveLength(before.length);
  lines.slice(2).forEach((line, i) => expect(line).toHaveLength(before[i + 2]?.length ?? -1));
});

it("[FB10] what is bundled without names stays as it is", () => {
  expect(withQuickNames("var a = 1;\n// convex/a.ts\n__name(a)")).toContain("__name(a)");
});
