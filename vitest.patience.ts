/**
 * How long all tests wait. Nothing but a failure ever waits so long: tests poll, and go on as soon as
 * what they wait for is there. Short limits only make a slow machine look like a broken program.
 */
export const PATIENCE = {
  setupFiles: ["test/support/patience.ts", "test/support/fastCheck.ts"],
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 60_000, interval: 50 } },
};
