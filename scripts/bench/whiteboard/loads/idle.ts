/** Clients that have their board and do nothing. */
import { connectAll } from "../boardPeer.ts";
import type { LoadContext } from "./loadContext.ts";

export async function idle(
  { doors, dialect, ready }: LoadContext,
  { atOnce }: { atOnce: number },
): Promise<{ clients: number; connectedMs: number }> {
  await ready();
  const startedAt = performance.now();
  const boards = await connectAll(doors, dialect, atOnce);
  const connectedMs = performance.now() - startedAt;
  return { clients: boards.flat().length, connectedMs };
}
