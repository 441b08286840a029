import { defineConfig } from "vitest/config";

/** The stock command line in full: every test runs many `convex` processes of a second or two each. */
export default defineConfig({
  test: {
    include: ["test/commandLine/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
