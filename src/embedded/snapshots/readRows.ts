/**
 * The rows of an import, whatever the format: JSON lines, one JSON array, or CSV with a header. One row at
 * a time, except for the array, which is bounded.
 */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

import { CsvReader } from "./csvReader.ts";
import { isObject, type JSONObject, type JSONValue } from "../values/jsonValue.ts";

export type RowFormat = "jsonLines" | "jsonArray" | "csv";
export type Bytes = AsyncIterable<Uint8Array>;

/** Convex's limit. */
const MAX_ARRAY_BYTES = 8 * 1024 * 1024;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** The file is not what its format demands; the message is for whoever imports it. */
export class ImportError extends Error {}

/** @throws ImportError naming the row */
export async function* readRows(format: RowFormat, bytes: Bytes): AsyncGenerator<JSONObject> {
  let number = 0;
  for await (const row of parsers[format](bytes)) {
    number++;
    if (!isObject(row)) throw new ImportError(`Row ${number} is not an object.`);
    yield row;
  }
}

const parsers: Record<RowFormat, (bytes: Bytes) => AsyncIterable<JSONValue>> = {
  jsonLines: parseLines,
  jsonArray: parseArray,
  csv: parseCsv,
};

async function* parseLines(bytes: Bytes): AsyncGenerator<JSONValue> {
  const input = Readable.from(bytes, { objectMode: false });
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== "") yield parseJson(line, `Row ${number} is not JSON`);
  }
}

async function* parseArray(bytes: Bytes): AsyncGenerator<JSONValue> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_ARRAY_BYTES) {
      throw new ImportError(
        `A JSON array may have at most ${MAX_ARRAY_BYTES} bytes; JSON lines may have any number.`,
      );
    }
  }
  const rows = parseJson(Buffer.concat(pieces).toString("utf8"), "The file is not JSON");
  if (!Array.isArray(rows)) throw new ImportError("The file is not a JSON array.");
  yield* rows;
}

async function* parseCsv(bytes: Bytes): AsyncGenerator<JSONValue> {
  let header: string[] | null = null;
  let number = 0;
  for await (const record of csvRecords(bytes)) {
    if (header === null) {
      header = record.map((name) => name.trim());
      continue;
    }
    number++;
    if (record.length !== header.length) {
      throw new ImportError(`CSV row ${number} has not as many fields as the header.`);
    }
    const cells = record.map((cell) => (NUMBER.test(cell) ? Number(cell) : cell));
    yield Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""]));
  }
  if (header === null) throw new ImportError("The CSV file has no header.");
}

async function* csvRecords(bytes: Bytes): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  const reader = new CsvReader();
  for await (const piece of bytes) {
    for (const char of decoder.decode(piece, { stream: true })) {
      const record = reader.read(char);
      if (record !== null) yield record;
    }
  }
  const last = reader.read("\n"); // the last line may have no end
  if (last !== null) yield last;
}

function parseJson(text: string, complaint: string): JSONValue {
  try {
    return JSON.parse(text) as JSONValue;
  } catch (error) {
    throw new ImportError(`${complaint}: ${String(error)}`);
  }
}
