import { defineConfig } from "vitest/config";
import { PATIENCE } from "./vitest.patience.ts";
import { SYSTEM_TESTS } from "./vitest.system.config.ts";

/** Two projects: Convex functions run in the edge runtime that Convex resembles, the rest in Node. */
export default defineConfig({
  test: {
    maxWorkers: 3, // more than small machines have cores: many tests wait for real sockets and processes
    projects: [
      {
        test: {
          name: "convex",
          include: ["convex/**/*.test.ts"],
          environment: "edge-runtime",
          ...PATIENCE,
        },
      },
      {
        test: {
          name: "node",
          include: ["src/**/*.test.ts", "scripts/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/commandLine/**", "test/redis/**", ...SYSTEM_TESTS],
          environment: "node",
          ...PATIENCE,
        },
      },
    ],
  },
});
