/**
 * Which components a deployment has: the app's definition names its children, theirs name theirs, and
 * each place in the tree is a component of its own, with its own tables, files, jobs and variables.
 * Reads what the definitions export; loads nothing by itself.
 */
import { z } from "zod";
import { childComponent } from "../functionPath.ts";

/** One component, or the app itself. */
export interface ComponentInstance {
  /** Names from the app downwards, `workflow/workpool`; "" is the app. */
  readonly path: string;
  /** Which of the bundle's definitions its code is. */
  readonly definitionPath: string;
  /** `process.env` of its functions. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Requests below `prefix` (which ends in a slash) go to the component's router. */
export interface HttpMount {
  readonly prefix: string;
  readonly component: string;
}

const vEnvironmentValue = z.discriminatedUnion("type", [
  z.object({ type: z.literal("value"), value: z.string() }),
  z.object({ type: z.literal("envVar"), name: z.string() }),
]);

/** What `convex.config` exports, as far as it matters here. */
const vDefinition = z.object({
  httpPrefix: z.string().optional(),
  childComponents: z.array(
    z.object({
      name: z.string().regex(/^\w+$/, "a component's name is made of letters, digits and _"),
      path: z.string(),
      env: z.array(z.tuple([z.string(), vEnvironmentValue])).nullish(),
    }),
  ),
  httpMounts: z.record(z.string(), z.string()).default({}),
  envVars: z
    .array(z.tuple([z.string(), z.object({ value: z.string(), optional: z.boolean().optional() })]))
    .default([]),
});
export type ComponentDefinition = z.infer<typeof vDefinition>;

const NO_CHILDREN: ComponentDefinition = { childComponents: [], httpMounts: {}, envVars: [] };
const MAX_COMPONENTS = 256; // a definition that uses itself would never end

/** @param exported JSON text of `export()`, or null when there is no `convex.config` */
export function parseComponentDefinition(exported: string | null): ComponentDefinition {
  return exported === null ? NO_CHILDREN : vDefinition.parse(JSON.parse(exported));
}

/**
 * Walks the tree, parents first.
 * @param define tells the definition of an instance; called once each, may load its code
 * @param variables those of the app
 * @throws Error naming the component whose definition does not fit
 */
export function componentTree(
  define: (instance: ComponentInstance) => ComponentDefinition,
  variables: Readonly<Record<string, string>>,
  systemVariables: Readonly<Record<string, string>>,
): { instances: ComponentInstance[]; mounts: HttpMount[]; httpPrefix: string } {
  const instances: ComponentInstance[] = [];
  const mounts: HttpMount[] = [];
  const app: ComponentInstance = {
    path: "",
    definitionPath: "",
    environment: { ...variables, ...systemVariables },
  };
  let httpPrefix = "/";
  const waiting: [ComponentInstance, prefix: string | null][] = [[app, "/"]];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [instance, prefix] = next;
    instances.push(instance);
    if (instances.length > MAX_COMPONENTS) {
      throw new Error(`There are more than ${MAX_COMPONENTS} components.`);
    }
    const definition = define(instance);
    checkVariables(instance, definition);
    if (instance === app) httpPrefix = definition.httpPrefix ?? "/";
    for (const child of definition.childComponents) {
      const path = childComponent(instance.path, child.name);
      if ([...instances, ...waiting.map(([one]) => one)].some((other) => other.path === path)) {
        throw new Error(`There are two components with the name "${path}".`);
      }
      const environment = { ...childVariables(child.env ?? [], instance), ...systemVariables };
      const mount = mountOf(definition, child.name);
      const mountedAt = prefix === null || mount === null ? null : prefix + mount.slice(1);
      if (mountedAt !== null) mounts.push({ prefix: mountedAt, component: path });
      waiting.push([{ path, definitionPath: child.path, environment }, mountedAt]);
    }
  }
  return { instances, mounts, httpPrefix };
}

function mountOf({ httpMounts }: ComponentDefinition, child: string): string | null {
  const reference = `_reference/childComponent/${child}`;
  return Object.entries(httpMounts).find(([, mounted]) => mounted === reference)?.[0] ?? null;
}

type Binding = readonly [string, z.infer<typeof vEnvironmentValue>];

/** A variable of the parent that is not set leaves the child's unset as well. */
function childVariables(
  bindings: readonly Binding[],
  parent: ComponentInstance,
): Record<string, string> {
  return Object.fromEntries(
    bindings.flatMap(([name, binding]) => {
      const value = binding.type === "value" ? binding.value : parent.environment[binding.name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function checkVariables(instance: ComponentInstance, { envVars }: ComponentDefinition): void {
  for (const [name, { optional }] of envVars) {
    if (optional === true || instance.environment[name] !== undefined) continue;
    const whose = instance.path === "" ? "the app" : `the component "${instance.path}"`;
    throw new Error(`The environment variable ${name}, which ${whose} declares, is not set.`);
  }
}
