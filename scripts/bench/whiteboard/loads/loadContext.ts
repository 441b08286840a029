/** What each load is handed. */
import type { Dialect, Door } from "../boardServer.ts";

export type LoadContext = {
  /** Those of one board together. */
  readonly doors: readonly (readonly Door[])[];
  readonly dialect: Dialect;
  /** To be called when the measured part begins; the server is sampled before it resolves. */
  readonly ready: () => Promise<void>;
};
