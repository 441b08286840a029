/** Several rounds in which the servers take turns, so that what else the machine does meets all of them. */
import type { BoardServer } from "../boardServer.ts";
import { withServer, type ServerName } from "../servers.ts";
import { figure, median, ratio } from "../../table.ts";

export type RowOptions = { isShort: boolean; servers: readonly ServerName[] };

/** For each server its figures, one for each round. */
export async function inTurns<Figures extends Record<string, number>>(
  names: readonly ServerName[],
  rounds: number,
  measure: (server: BoardServer) => Promise<Figures>,
): Promise<Map<ServerName, { title: string; rounds: Figures[] }>> {
  const results = new Map<ServerName, { title: string; rounds: Figures[] }>();
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      await withServer(name, async (server) => {
        const figures = await measure(server);
        const kept = results.get(name) ?? { title: server.name, rounds: [] };
        kept.rounds.push(figures);
        results.set(name, kept);
        console.error(`${server.name}: ${told(figures)}`);
      });
    }
  }
  return results;
}

type Compared<Figures> = Map<ServerName, { title: string; rounds: Figures[] }>;

export function medianOf<Figures extends Record<string, number>>(
  results: Compared<Figures>,
  name: ServerName,
  key: keyof Figures,
): number {
  return median((results.get(name)?.rounds ?? []).map((figures) => figures[key] ?? NaN));
}

/** Lectern's figure through that of each other server; medians. */
export function ratios<Figures extends Record<string, number>>(
  results: Compared<Figures>,
  key: keyof Figures,
): string {
  const ours = medianOf(results, "lectern", key);
  return [...results]
    .filter(([name]) => name !== "lectern")
    .map(([name, { title }]) => `${ratio(ours / medianOf(results, name, key))} of ${title}`)
    .join(", ");
}

/** A line for each server with medians of the figures. */
export function rowsOf<Figures extends Record<string, number>>(
  results: Compared<Figures>,
  keys: readonly (keyof Figures)[],
): string[][] {
  return [...results].map(([name, { title }]) => [
    title,
    ...keys.map((key) => figure(medianOf(results, name, key))),
  ]);
}

function told(figures: Record<string, number>): string {
  return Object.entries(figures)
    .map(([key, value]) => `${key} ${figure(value)}`)
    .join(", ");
}
