import { defineConfig } from "vitest/config";

/** Whole engines and products under load, attacked and restarted, and the official components. */
export const SYSTEM_TESTS = [
  "test/companion/{forgedTokens,hostileHandshakes,sessionLoad,socketCleanup}.test.ts",
  "test/embedded/{operation,reconnection}.test.ts",
  "test/embedded/components/**/*.test.ts",
];

export default defineConfig({
  test: {
    maxWorkers: 3,
    include: SYSTEM_TESTS,
    environment: "node",
    setupFiles: ["test/support/fastCheck.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
