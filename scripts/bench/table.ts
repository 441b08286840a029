/** What a benchmark reports: tables, printed as Markdown and, when asked, kept in docs/benchmarks.md. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";

import { format } from "prettier";

export type Table = {
  title: string;
  header: readonly string[];
  rows: readonly (readonly string[])[];
  /** What to know when reading it: how it was measured, which bound it is held to. */
  note: string;
};

const DOCUMENT = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));

/** @param q from 0 to 1 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return Number(value.toFixed(digits)).toLocaleString("en");
}

export const ratio = (value: number): string => `${figure(value)}x`;

export function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(", ");
}

export function asMarkdown({ title, header, rows, note }: Table): string {
  const lines = [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return `### ${title}\n\n${lines.join("\n")}\n\n${note}\n`;
}

/** Replaces what stands between the group's marks in docs/benchmarks.md, and says when and at what. */
export async function keep(group: string, tables: readonly Table[]): Promise<void> {
  const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" });
  const when = new Date().toISOString().slice(0, 10);
  const measured = `Measured at commit \`${commit.trim()}\` on ${when}; load average ${load()}.`;
  const [start, end] = [`<!-- ${group} -->`, `<!-- end of ${group} -->`];
  const [before, rest] = readFileSync(DOCUMENT, "utf8").split(start, 2);
  const after = rest?.split(end, 2)[1];
  if (before === undefined || after === undefined) throw new Error(`No ${start} in ${DOCUMENT}`);
  const text = [start, measured, ...tables.map(asMarkdown), end].join("\n\n");
  const formatted = await format(before + text + after, {
    parser: "markdown",
    printWidth: 100,
    proseWrap: "always",
  });
  writeFileSync(DOCUMENT, formatted);
}
