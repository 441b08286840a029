/** Makes the names of functions, which esbuild keeps, cost nothing where nobody asks for them. */

/**
 * esbuild's `keepNames` defines the name of each function whenever it is made. Nearly all have that name
 * already; and of those that Convex's library makes anew for each call, some thirty, nobody asks the
 * name. Changes no line and no column after the first lines, for the source map's sake.
 */
export function withQuickNames(source: string): string {
  const named = source.replace(
    /^var __name = \((\w+), (\w+)\) => (__defProp\(.*\);)$/m,
    (_, target: string, name: string, define: string) =>
      `var __name = (${target}, ${name}) => ${target}.name === ${name} ? ${target} : ${define} var __same = (${target}) => ${target};`,
  );
  if (named === source) return source;
  const [helpers = "", ...modules] = named.split(MODULE_COMMENT);
  return helpers + modules.map(withoutLibraryNames).join("");
}

/** What esbuild writes above each module, which it names from the project's folder. */
const MODULE_COMMENT = /^(?=\/\/ [^\n]*\.[a-z]+$)/m;
const LIBRARY_COMMENT = /^\/\/ (\S*\/)?node_modules\/convex\/dist\//;

function withoutLibraryNames(module: string): string {
  return LIBRARY_COMMENT.test(module) ? module.replaceAll("__name(", "__same(") : module;
}
