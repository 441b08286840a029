import { vi } from "vitest";
import { PATIENCE } from "../../vitest.patience.ts";

/** `vi.waitFor` takes its limit from no configuration: here it gets the one that `expect.poll` has. */
const { waitFor } = vi;
vi.waitFor = (callback, options) =>
  waitFor(callback, {
    ...PATIENCE.expect.poll,
    ...(typeof options === "number" ? { timeout: options } : options),
  });
