import { defineConfig } from "vitest/config";

/** Several companions on one Redis and one Convex: killed, paused, cut off. Needs Debian's `redis-server`. */
export default defineConfig({
  test: {
    include: ["test/redis/**/*.test.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 50 } },
  },
});
