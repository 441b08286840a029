import { defineConfig } from "vitest/config";
import { PATIENCE } from "./vitest.patience.ts";

/** Browser tests: the built product, started as its user starts it, in Debian's Chromium. */
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    ...PATIENCE,
  },
});
