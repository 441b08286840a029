import { defineConfig } from "vitest/config";
import { PATIENCE } from "./vitest.patience.ts";

/** Several companions on one Redis and one Convex: killed, paused, cut off. Needs Debian's `redis-server`. */
export default defineConfig({
  test: {
    include: ["test/redis/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    ...PATIENCE,
  },
});
