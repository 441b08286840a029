/** The other end of loadProcess.ts: runs the load that its parent names. */
import { once } from "node:events";

import { loads } from "./loads.ts";
import type { LoadContext } from "./loads/loadContext.ts";
import type { LoadOrder } from "./loadProcess.ts";

const [{ name, dialect, doors, options }] = (await once(process, "message")) as [LoadOrder];

/** Says that everything is connected and waits until the server has been sampled. */
async function ready(): Promise<void> {
  process.send?.("ready");
  await once(process, "message");
}

const load = loads[name] as (context: LoadContext, options: unknown) => Promise<unknown>;
const result = await load({ dialect, doors, ready }, options);
process.send?.({ result });
await once(process, "message"); // sockets stay open until the server has been sampled
process.exit();
