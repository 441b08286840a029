/**
 * Runs an `http` block: a request as it goes over the wire, then `HTTP <status>`, the headers that
 * matter and the body. A body that is JSON is compared as JSON, any other as text. `11 × POST …` is sent
 * so often; the last answer counts. A body `{ "$bytes": "<base64>" }` stands for those bytes.
 */
import { expect } from "vitest";
import { z } from "zod";
import { fill, fillLetters, fillString, mismatch, textFits, type Names } from "./patterns.ts";

const zBytes = z.strictObject({ $bytes: z.base64() });

export interface HttpExample {
  count: number;
  method: string;
  path: string;
  headers: [string, string][];
  body: string;
  status: number;
  answerHeaders: [string, string][];
  answerBody: string;
}

export function parseHttpExample(text: string): HttpExample {
  const [request = "", answer] = text.split(/^(?=HTTP \d{3}$)/m);
  if (answer === undefined) throw new Error("the block has no answer (HTTP 200)");
  const { first, headers, body } = parseMessage(request);
  const [, count = "1", method = "", path = ""] = /^(?:(\d+) × )?(\S+) (\S+)$/.exec(first) ?? [];
  const reply = parseMessage(answer);
  const status = Number(reply.first.slice("HTTP ".length));
  return {
    count: Number(count),
    method,
    path,
    headers,
    body,
    status,
    answerHeaders: reply.headers,
    answerBody: reply.body,
  };
}

function parseMessage(text: string) {
  const [head = "", ...rest] = text.split("\n\n");
  const [first = "", ...lines] = head.trimEnd().split("\n");
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { first, headers, body: rest.join("\n\n").trimEnd() };
}

export async function runHttpExample(
  example: HttpExample,
  names: Names,
  baseUrl: string,
): Promise<void> {
  const url = new URL(fillString(example.path, names), baseUrl);
  const headers = example.headers.map(([name, value]): [string, string] => {
    return [name, fillString(value, names)];
  });
  const body = requestBody(example, names);
  const request = { method: example.method, headers, ...(body === undefined ? {} : { body }) };
  let answer = await fetch(url, request);
  for (let sent = 1; sent < example.count; sent++) answer = await fetch(url, request);
  const text = await answer.text();
  expect(answer.status, text).toBe(example.status);
  for (const [name, value] of example.answerHeaders) {
    expect(mismatch(value, answer.headers.get(name), names), `header ${name}`).toBeUndefined();
  }
  const expected = parseJson(example.answerBody);
  if (expected === undefined) {
    const wanted = fillString(example.answerBody, names);
    expect(textFits(wanted, text.trimEnd()), `${text}\n is not \n${wanted}`).toBe(true);
  } else {
    expect(mismatch(expected, parseJson(text), names)).toBeUndefined();
  }
}

/** A multipart body gets the line ends of the standard, which Markdown cannot show. */
function requestBody(
  example: HttpExample,
  names: Names,
): string | Uint8Array<ArrayBuffer> | undefined {
  if (example.body === "") return undefined;
  const json = parseJson(example.body);
  const bytes = zBytes.safeParse(json).data;
  if (bytes) return Uint8Array.from(Buffer.from(bytes.$bytes, "base64"));
  if (json !== undefined) return JSON.stringify(fill(json, names));
  const isMultipart = example.headers.some(([, value]) => value.startsWith("multipart/"));
  const text = fillLetters(example.body);
  return isMultipart ? `${text}\n`.replaceAll("\n", "\r\n") : text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
