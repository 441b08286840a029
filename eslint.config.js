import { readdirSync, readFileSync } from "node:fs";

import convex from "@convex-dev/eslint-plugin";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

/** Reading the clock or arming a timer anywhere but in util/clock.ts cannot be simulated in a test. */
const realTime = [
  { name: "setTimeout", message: "Use the injected Clock (src/util/clock.ts)." },
  { name: "setInterval", message: "Use the injected Clock (src/util/clock.ts)." },
];
const noDateNow = {
  selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
  message: "Use the injected Clock (src/util/clock.ts).",
};
const noProcessEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: "Configuration is read in src/config.ts alone.",
};
const builders =
  "/^(query|mutation|action|internalQuery|internalMutation|internalAction|studentQuery|studentMutation|studentAction|serviceQuery|serviceMutation|serviceAction)$/";
const needsReturns = {
  selector: `CallExpression[callee.name=${builders}] > ObjectExpression:not(:has(> Property[key.name='returns']))`,
  message: "Every Convex function declares what it returns.",
};

/** The rule on runtimes looks only at what is imported; a "use node" file may import another one. */
const useNodeFiles = readdirSync("convex", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.startsWith("_generated"))
  .map((name) => `convex/${name}`)
  .filter((file) => readFileSync(file, "utf8").startsWith('"use node"'));

export default tseslint.config(
  {
    ignores: ["convex/_generated/**", "dist/**", "coverage/**", ".lectern/**", "test/fixtures/**"],
  },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "no-console": "error",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ["error", 12],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/array-type": "off",
      "@typescript-eslint/dot-notation": "off",
    },
  },
  {
    files: ["convex/**/*.ts"],
    ignores: ["convex/**/*.test.ts", "convex/test.*.ts"],
    plugins: { "@convex-dev": convex },
    rules: {
      ...Object.assign({}, ...[convex.configs.recommended].flat().map((c) => c.rules ?? {})),
      "@convex-dev/import-wrong-runtime": "error",
      "@convex-dev/no-collect-in-query": "error",
      "no-restricted-syntax": ["error", needsReturns],
    },
  },
  { files: useNodeFiles, rules: { "@convex-dev/import-wrong-runtime": "off" } },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/util/clock.ts", "src/web/**", "src/embedded/**", "src/**/*.test.ts"],
    rules: {
      "no-restricted-globals": ["error", ...realTime],
      "no-restricted-syntax": ["error", noDateNow, noProcessEnv],
    },
  },
  { files: ["src/config.ts"], rules: { "no-restricted-syntax": ["error", noDateNow] } },
  {
    files: ["src/web/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "max-lines-per-function": ["error", { max: 150, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
    },
  },
  {
    files: ["**/*.test.ts", "test/**/*.ts", "convex/test.*.ts"],
    rules: {
      "max-lines": "off",
      "max-lines-per-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
  { files: ["scripts/**/*.ts", "src/embedded/cli.ts"], rules: { "no-console": "off" } },
  { files: ["**/*.js", "**/*.cjs"], extends: [tseslint.configs.disableTypeChecked] },
);
