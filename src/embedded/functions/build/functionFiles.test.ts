import path from "node:path";
import { expect, it } from "vitest";
import { writeProject } from "../../../../test/support/testRuntime.ts";
import { findFunctionFiles, hasUseNodeDirective } from "./functionFiles.ts";

const MODULE = "export const x = 1;\n";

it("[FB1] modules are the files that the Convex CLI would deploy", async () => {
  const functionsDir = await writeProject({
    "messages.ts": MODULE,
    "deep/er/module.js": MODULE,
    "mail.ts": `"use node";\n${MODULE}`,
    "schema.ts": MODULE,
    "auth.config.ts": MODULE,
    "messages.test.ts": MODULE,
    "types.d.ts": MODULE,
    "empty.ts": "// nothing\n",
    "_generated/api.js": MODULE,
    ".hidden.ts": MODULE,
    "with space.ts": MODULE,
    "notes.md": "text",
    "component/convex.config.ts": MODULE,
    "component/inner.ts": MODULE,
  });
  const found = findFunctionFiles(functionsDir);
  expect(found.modules.map(({ path, environment }) => [path, environment])).toEqual([
    ["deep/er/module", "isolate"],
    ["mail", "node"],
    ["messages", "isolate"],
  ]);
  expect([...found.definitions.keys()]).toEqual(["schema", "auth.config"]);
});

it.each([
  ["http.ts", '"use node";\nexport default 1;', '"use node" is not allowed in http.ts'],
  ["actions/mail.ts", MODULE, "actions/mail.ts"],
  ["_deps/x.ts", MODULE, "_deps"],
])("[FB2] a misplaced %s is refused by name", async (name, text, message) => {
  const functionsDir = await writeProject({ [name]: text });
  expect(() => findFunctionFiles(functionsDir)).toThrow(message);
});

it("[FB2] a missing folder is named", () => {
  const functionsDir = path.resolve("no-such-folder");
  expect(() => findFunctionFiles(functionsDir)).toThrow(functionsDir);
});

it.each([
  ['"use node";', true],
  ["'use node'", true],
  ['// a comment\n/* and\nanother */ "use strict"; "use node";\nimport "x";', true],
  ['import "x";\n"use node";', false],
  ['const text = "use node";', false],
  ['// "use node"\nexport const x = 1;', false],
])("[FB1] the directive counts among the first statements alone: %j", (source, expected) => {
  expect(hasUseNodeDirective(source)).toBe(expected);
});
