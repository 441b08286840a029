import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { ESLint } from "eslint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/**
 * Boundaries that nobody sees broken are no boundaries: each import rule and each lint rule of ours is
 * shown one planted violation here and has to name it.
 */

/** rule → the planted file and what it imports. Every file named is made, empty if it is only a target. */
const PLANTED: Record<string, { file: string; imports: string }> = {
  "no-circular": { file: "src/util/a.ts", imports: "src/util/b.ts" },
  "contract-is-pure": { file: "convex/contract/x.ts", imports: "convex/sessions/model.ts" },
  "embedded-is-a-library": { file: "src/embedded/x.ts", imports: "src/util/clock.ts" },
  "web-is-a-client": { file: "src/web/x.ts", imports: "src/sync/room.ts" },
  "tables-stay-acyclic": { file: "convex/jobs/tables.ts", imports: "convex/sessions/model.ts" },
  "models-below-doors": { file: "convex/quizzes/model.ts", imports: "convex/functions.ts" },
  "convex-never-imports-src": { file: "convex/crons.ts", imports: "src/util/clock.ts" },
  "src-sees-only-the-contract": { file: "src/tutor/x.ts", imports: "convex/sessions/model.ts" },
  "util-knows-nothing": { file: "src/util/x.ts", imports: "src/sync/room.ts" },
  "protocol-above-util": { file: "src/protocol/x.ts", imports: "src/sync/room.ts" },
  "sync-is-a-room": { file: "src/sync/x.ts", imports: "src/tutor/x.ts" },
  "tutor-is-a-room": { file: "src/tutor/y.ts", imports: "src/backend/x.ts" },
  "adapters-below-gateway": { file: "src/backend/y.ts", imports: "src/gateway/x.ts" },
  "gateway-uses-handlers": { file: "src/gateway/y.ts", imports: "src/model/x.ts" },
  "config-stands-alone": { file: "src/config.ts", imports: "src/util/clock.ts" },
  "nothing-imports-main": { file: "src/gateway/z.ts", imports: "src/main.ts" },
  "rooms-below-composition": { file: "src/gateway/w.ts", imports: "src/companion.ts" },
  "no-test-code-in-product": { file: "src/sync/y.ts", imports: "test/support/x.ts" },
};

const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as {
  forbidden: { name: string }[];
  options: object;
};

describe("import rules", () => {
  let root = "";
  let violations: { rule: string; from: string }[] = [];

  function plant(file: string, text: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text, { flag: "a" });
  }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "rules-"));
    for (const { file, imports } of Object.values(PLANTED)) {
      const up = "../".repeat(file.split("/").length - 1);
      plant(file, `import "${up.length > 0 ? up : "./"}${imports}";\n`);
      plant(imports, "");
    }
    plant("src/util/b.ts", 'import "./a.ts";\n');
    const { output } = await cruise(["src", "convex", "test"], {
      ...config.options,
      tsConfig: {},
      baseDir: root,
      validate: true,
      ruleSet: config as never,
    });
    violations = (output as ICruiseResult).summary.violations.map((violation) => ({
      rule: violation.rule.name,
      from: violation.from,
    }));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each(Object.entries(PLANTED))("%s names its planted violation", (rule, { file }) => {
    expect(violations).toContainEqual({ rule, from: file });
  });

  it("every rule has a planted violation, but those about npm packages", () => {
    const npmRules = ["one-convex-client", "one-openai-client", "one-redis-client"];
    const names = config.forbidden.map((rule) => rule.name).filter((n) => !npmRules.includes(n));
    expect(names.sort()).toEqual(Object.keys(PLANTED).sort());
  });
});

describe("lint rules", () => {
  const eslint = new ESLint();
  const plantedIn = async (filePath: string, code: string) => {
    const [result] = await eslint.lintText(code, { filePath });
    return result?.messages.map((message) => message.ruleId) ?? [];
  };

  it.each([
    ["no-restricted-globals", "src/gateway/gateway.ts", "setTimeout(() => undefined, 1);"],
    ["no-restricted-syntax", "src/gateway/gateway.ts", "export const at = Date.now();"],
    ["no-restricted-syntax", "src/gateway/gateway.ts", "export const e = process.env;"],
    ["no-console", "src/gateway/gateway.ts", "console.log(1);"],
    [
      "no-restricted-syntax",
      "convex/sessions/lifecycle.ts",
      'import { studentQuery } from "../functions.ts";\nexport const q = studentQuery({ args: {}, handler: () => 1 });',
    ],
    [
      "@convex-dev/import-wrong-runtime",
      "convex/sessions/lifecycle.ts",
      'import "../documents/readFile.ts";',
    ],
  ])("%s fires in %s", async (rule, filePath, code) => {
    expect(await plantedIn(filePath, code)).toContain(rule);
  });
});
