import { defineConfig } from "vitest/config";
import { PATIENCE } from "./vitest.patience.ts";

/** The stock command line in full: every test runs many `convex` processes of a second or two each. */
export default defineConfig({
  test: {
    include: ["test/commandLine/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    ...PATIENCE,
  },
});
