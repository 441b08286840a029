/** The other end of loadProcess.ts: runs the load that the command line names. */
import { once } from "node:events";

import { loads, type LoadName } from "./loads.ts";

const [name = "", url = "", options = "{}"] = process.argv.slice(2);

/** Says that everything is connected and waits until the engine has been sampled. */
async function ready(): Promise<void> {
  process.send?.("ready");
  await once(process, "message");
}

const load = loads[name as LoadName] as (
  context: { url: string; ready: () => Promise<void> },
  options: unknown,
) => Promise<unknown>;
const result = await load({ url, ready }, JSON.parse(options));
process.send?.({ result });
await once(process, "message"); // sockets stay open until the engine has been sampled
process.exit();
