/**
 * An uploaded file as what it brings: rows for tables of components, and stored files. Knows the layout of
 * snapshots, Convex's own and this engine's, and no database.
 */
import { createReadStream } from "node:fs";

import { childComponent } from "../functions/functionPath.ts";
import type { JSONObject } from "../values/jsonValue.ts";
import { ImportError, readRows, type Bytes, type RowFormat } from "./readRows.ts";

import { ZipError, ZipReader, type ZipEntry } from "./zipReader.ts";

export type ImportedTable = {
  component: string;
  table: string;
  rows: () => AsyncIterable<JSONObject>;
};

export type ImportedFile = { component: string; storageId: string; read: () => Bytes };

export type ImportSource = {
  tables: ImportedTable[];
  files: ImportedFile[];
  /** The table numbers in ids where the snapshot was made, by component and table. */
  numbers: Map<string, Map<string, number>>;
};

export type ImportTarget = { format: RowFormat | "zip"; table: string | null; component: string };

/** @throws ImportError, ZipError */
export async function openImport(path: string, target: ImportTarget): Promise<ImportSource> {
  const { format, table, component } = target;
  if (format === "zip") return await openSnapshot(path, component);
  if (table === null) throw new ImportError(`A ${format} file needs the name of a table.`);
  const rows = () => readRows(format, createReadStream(path));
  return { tables: [{ component, table, rows }], files: [], numbers: new Map() };
}

/** An entry below any folder: `[…/][_components/NAME/]…TABLE/FILE`. */
const ENTRY = /^(?<folders>.*\/)?(?<table>[^/]+)\/(?<file>[^/]+)$/;

async function openSnapshot(path: string, base: string): Promise<ImportSource> {
  const zip = await ZipReader.open(path);
  const source: ImportSource = { tables: [], files: [], numbers: new Map() };
  for (const entry of zip.entries) {
    const { folders, table, file } = placeOf(entry);
    const component = componentOf(base, folders);
    const rows = () => readRows("jsonLines", zip.read(entry));
    switch (kindOf(table, file)) {
      case "table":
        source.tables.push({ component, table, rows });
        break;
      case "numbers":
        source.numbers.set(component, await readNumbers(rows()));
        break;
      case "file": {
        const storageId = file.replace(/\..*$/, "");
        source.files.push({ component, storageId, read: () => zip.read(entry) });
        break;
      }
      case "values":
        await checkIsUniform(zip, entry);
        break;
      case "other":
        break;
    }
  }
  if (source.tables.length === 0) throw new ZipError("It holds no tables.");
  return source;
}

function placeOf({ name }: ZipEntry): { folders: string; table: string; file: string } {
  const { folders = "", table = "", file = "" } = ENTRY.exec(name)?.groups ?? {};
  return { folders, table, file };
}

/** System tables other than those of files and numbers are not for import. */
function kindOf(table: string, file: string): "table" | "numbers" | "file" | "values" | "other" {
  if (file === "generated_schema.jsonl") return "values";
  if (table === "_storage" && !/^(documents\.|\.|$)/.test(file)) return "file";
  if (file !== "documents.jsonl") return "other";
  if (table === "_tables") return "numbers";
  return table === "_storage" || !table.startsWith("_") ? "table" : "other";
}

function componentOf(base: string, folders: string): string {
  let component = base;
  for (const [, name = ""] of folders.matchAll(/_components\/([^/]+)\//g)) {
    component = childComponent(component, name);
  }
  return component;
}

/** Older snapshots describe how to read ambiguous values; those of today say that there are none. */
async function checkIsUniform(zip: ZipReader, entry: ZipEntry): Promise<void> {
  let text = "";
  for await (const piece of zip.read(entry)) text += piece.toString("utf8");
  const [first = ""] = text.split("\n");
  if (first.trim() === '"uniform"' || first.trim() === "") return;
  throw new ImportError(
    `${entry.name} is of an older release of Convex, whose values cannot be told apart here: ` +
      "export again, or remove this entry if the table has no int64 and no bytes.",
  );
}

async function readNumbers(rows: AsyncIterable<JSONObject>): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for await (const { name, id } of rows) {
    if (typeof name === "string" && typeof id === "number") numbers.set(name, id);
  }
  return numbers;
}
