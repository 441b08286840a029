/** Small measuring tools: how long an operation takes, how the times are spread, how a table is printed. */

/** Milliseconds of each run, sorted. Stops after `maxRuns` or `maxMs`, whichever comes first. */
export async function times(
  run: (i: number) => Promise<unknown>,
  { maxRuns, maxMs }: { maxRuns: number; maxMs: number },
): Promise<number[]> {
  const measured: number[] = [];
  const until = performance.now() + maxMs;
  for (let i = 0; i < maxRuns && performance.now() < until; i++) {
    const startedAt = performance.now();
    await run(i);
    measured.push(performance.now() - startedAt);
  }
  return measured.sort((a, b) => a - b);
}

/** @param sorted ascending. @param q from 0 to 1 */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

export function milliseconds(value: number): string {
  if (Number.isNaN(value)) return "-";
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

/** Columns as wide as their widest cell; numbers to the right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  for (const row of [header, widths.map((width) => "-".repeat(width)), ...rows]) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    console.log(cells.join("  "));
  }
  console.log();
}
