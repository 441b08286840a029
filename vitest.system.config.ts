import { defineConfig } from "vitest/config";
import { PATIENCE } from "./vitest.patience.ts";

/**
 * Whole engines and products under load, attacked and restarted; the official components; every example
 * of the documentation; and the rules of the tree, each seen to fire.
 */
export const SYSTEM_TESTS = [
  "test/companion/{forgedTokens,hostileHandshakes,readiness,sessionLoad,socketCleanup}.test.ts",
  "test/board/{hostileSockets,manySimulations,plantedBugs,slowLines}.test.ts",
  "test/embedded/{crashes,differentialBugs,histories,operation,reconnection,runaways}.test.ts",
  "test/embedded/components/**/*.test.ts",
  "test/docs/api.test.ts",
  "test/rules.test.ts",
];

export default defineConfig({
  test: {
    maxWorkers: 3,
    include: SYSTEM_TESTS,
    environment: "node",
    ...PATIENCE,
  },
});
