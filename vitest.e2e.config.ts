import { defineConfig } from "vitest/config";

/** Browser tests: the built product, started as its user starts it, in Debian's Chromium. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 20_000, interval: 50 } },
  },
});
