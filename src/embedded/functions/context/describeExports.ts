/** Tells which exports of a module are Convex functions, and what they declare about themselves. */
type Marks = Record<string, unknown>;

const KINDS = [
  ["isQuery", "query"],
  ["isMutation", "mutation"],
  ["isAction", "action"],
  ["isHttp", "httpAction"],
] as const;

export function describeExports(exports: Record<string, unknown>): object[] {
  return Object.entries(exports).flatMap(([name, value]) => {
    if (typeof value !== "function") return [];
    const marks = value as unknown as Marks;
    const kind = KINDS.find(([mark]) => marks[mark] === true)?.[1];
    if (kind === undefined) return [];
    return [
      {
        name,
        kind,
        visibility: marks["isInternal"] === true ? "internal" : "public",
        args: validator(marks, "exportArgs", { type: "any" }),
        returns: validator(marks, "exportReturns", null),
      },
    ];
  });
}

function validator(marks: Marks, method: string, absent: unknown): unknown {
  const exportJson = marks[method] as (() => string) | undefined;
  return typeof exportJson === "function" ? JSON.parse(exportJson()) : absent;
}
