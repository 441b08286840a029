/** What the benchmarks ask of a server, whoever made it. */
import type { Sample } from "./sampler.ts";

/** How its clients speak: y-protocols as y-websocket's provider does, or Hocuspocus' framing of it. */
export type Dialect = "y-websocket" | "hocuspocus";

/** One client's way onto one board. */
export type Door = {
  readonly url: string;
  readonly subprotocols: readonly string[];
  /** The document's name, where the dialect repeats it in each message. */
  readonly document: string;
};

export type BoardServer = {
  readonly name: string;
  readonly dialect: Dialect;
  /** Doors to new boards, for so many clients each. */
  doors(boards: number, clients: number): Promise<Door[][]>;
  sample(afterGc?: boolean): Promise<Sample>;
  close(): Promise<void>;
};
