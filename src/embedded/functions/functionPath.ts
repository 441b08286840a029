/**
 * The names of functions: `folder/module:export`. Also the other ways in which `convex/server` refers
 * to a function (handles, references), all of which lead to such a path.
 */
import { badRequest } from "../store/databaseError.ts";

const HANDLE = /^function:\/\/(?<encoded>[\w-]+)(?:#.*)?$/;
const FUNCTION_REFERENCE = "_reference/function/";

export interface FunctionAddress {
  readonly name?: string | undefined;
  readonly reference?: string | undefined;
  readonly functionHandle?: string | undefined;
}

/** `a/b.js` → `a/b:default`; a path in full form stays as it is. */
export function canonicalPath(path: string): string {
  const separator = path.lastIndexOf(":");
  const module = separator === -1 ? path : path.slice(0, separator);
  const name = separator === -1 ? "default" : path.slice(separator + 1);
  return `${module.replace(/\.js$/, "")}:${name}`;
}

export function splitPath(path: string): { module: string; name: string } {
  const separator = path.lastIndexOf(":");
  return { module: path.slice(0, separator), name: path.slice(separator + 1) };
}

/** @throws BAD_REQUEST when the address is malformed or leads into a component. */
export function resolveAddress(address: FunctionAddress): string {
  if (address.functionHandle !== undefined) return pathOfHandle(address.functionHandle);
  if (address.name !== undefined) return canonicalPath(address.name);
  const { reference } = address;
  if (reference?.startsWith(FUNCTION_REFERENCE) === true) {
    return canonicalPath(reference.slice(FUNCTION_REFERENCE.length));
  }
  throw badRequest(
    `Embedded Convex does not run components, so ${String(reference)} cannot be called.`,
  );
}

/** A string that any function may later call the path by. */
export function functionHandle(path: string): string {
  return `function://${Buffer.from(path).toString("base64url")}#${path}`;
}

function pathOfHandle(handle: string): string {
  const encoded = HANDLE.exec(handle)?.groups?.["encoded"];
  if (encoded === undefined) throw badRequest(`"${handle}" is not a function handle.`);
  return canonicalPath(Buffer.from(encoded, "base64url").toString());
}
