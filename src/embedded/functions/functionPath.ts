/**
 * The names of functions: `folder/module:export` in the app, `component/path::folder/module:export` in a
 * component. Also the other ways in which `convex/server` refers to a function (handles, references),
 * all of which lead to such a path.
 */
import { badRequest } from "../store/databaseError.ts";
import type { AnalyzedFunction } from "./code/analyzedFunction.ts";

const HANDLE = /^function:\/\/(?<encoded>[\w-]+)(?:#.*)?$/;
const OWN_FUNCTION = "_reference/function/";
const CHILD_COMPONENT = "_reference/childComponent/";
const COMPONENT_END = "::";
/** Of the app and without an extension, as nearly all are. */
const IS_CANONICAL = /^[\w/-]+:\w+$/;

export interface FunctionAddress {
  readonly name?: string | undefined;
  readonly reference?: string | undefined;
  readonly functionHandle?: string | undefined;
}

/** `a/b.js` → `a/b:default`; a path in full form stays as it is. */
export function canonicalPath(path: string): string {
  if (IS_CANONICAL.test(path)) return path;
  const { component, local } = splitComponent(path);
  const separator = local.lastIndexOf(":");
  const module = separator === -1 ? local : local.slice(0, separator);
  const name = separator === -1 ? "default" : local.slice(separator + 1);
  return inComponent(component, `${module.replace(/\.js$/, "")}:${name}`);
}

export function splitPath(path: string): { component: string; module: string; name: string } {
  const { component, local } = splitComponent(path);
  const separator = local.lastIndexOf(":");
  return { component, module: local.slice(0, separator), name: local.slice(separator + 1) };
}

/** The path of the component, "" for the app, and the path of the function within it. */
export function splitComponent(path: string): { component: string; local: string } {
  const end = path.indexOf(COMPONENT_END);
  if (end === -1) return { component: "", local: path };
  return { component: path.slice(0, end), local: path.slice(end + COMPONENT_END.length) };
}

/** What a component calls `local` as everybody else calls it. */
export function inComponent(component: string, local: string): string {
  return component === "" ? local : component + COMPONENT_END + local;
}

/** The path of a component that is installed in another one. */
export function childComponent(parent: string, name: string): string {
  return parent === "" ? name : `${parent}/${name}`;
}

/**
 * The path of the function that code of a component means.
 * @throws BAD_REQUEST when the address is malformed, or leads to what a child keeps to itself
 */
export function resolveAddress(
  address: FunctionAddress,
  component: string,
  functions: ReadonlyMap<string, AnalyzedFunction>,
): string {
  if (address.functionHandle !== undefined) return pathOfHandle(address.functionHandle);
  if (address.name !== undefined) return inComponent(component, canonicalPath(address.name));
  const { reference = "" } = address;
  if (reference.startsWith(OWN_FUNCTION)) {
    return inComponent(component, canonicalPath(reference.slice(OWN_FUNCTION.length)));
  }
  if (!reference.startsWith(CHILD_COMPONENT)) {
    throw badRequest(`"${reference}" does not refer to a function.`);
  }
  const [child = "", ...parts] = reference.slice(CHILD_COMPONENT.length).split("/");
  const name = parts.pop() ?? "";
  const path = inComponent(childComponent(component, child), `${parts.join("/")}:${name}`);
  if (functions.get(path)?.visibility === "internal") {
    throw badRequest(`${path} is internal to its component.`);
  }
  return path;
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
