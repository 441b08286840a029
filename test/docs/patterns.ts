/**
 * What examples are written in: JSON with names. `"<id>"` stands for a value: where a request uses it,
 * it is filled in; where an answer first shows it, it takes the answer's value; from then on it must be
 * the same. `"…"` fits anything, `"…": "…"` in an object any further fields, `"…"` at the end of an
 * array any further elements, `…` inside a text any characters. `<9 letters>` is a text of that length.
 */
export type Names = Map<string, unknown>;

const NAME = /<([a-zA-Z]\w*)>/g;
const WHOLE_NAME = /^<([a-zA-Z]\w*)>$/;
const LETTERS = /<(\d+) letters>/g;
const ANY = "…";

/** `value` with every name replaced by what it stands for. @throws for a name nothing was bound to */
export function fill(value: unknown, names: Names): unknown {
  if (typeof value === "string") return fillText(value, names);
  if (Array.isArray(value)) return value.map((item) => fill(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [String(fillText(key, names)), fill(item, names)]),
  );
}

function fillText(text: string, names: Names): unknown {
  const whole = WHOLE_NAME.exec(text)?.[1];
  if (whole !== undefined) return known(whole, names);
  return fillLetters(text).replace(NAME, (_, name: string) => String(known(name, names)));
}

/** Only what stands for long texts: for bodies in which angle brackets are their own. */
export function fillLetters(text: string): string {
  return text.replace(LETTERS, (_, count: string) => "x".repeat(Number(count)));
}

function known(name: string, names: Names): unknown {
  if (!names.has(name)) throw new Error(`nothing was bound to <${name}> before`);
  return names.get(name);
}

/** As `fill`, of a plain text. */
export function fillString(text: string, names: Names): string {
  return String(fill(` ${text}`, names)).slice(1); // the blank: a lone name too becomes text
}

/**
 * Compares `actual` with `pattern` and binds the names it shows first. Undefined when it fits, else
 * where and how it does not; then nothing is bound.
 */
export function mismatch(pattern: unknown, actual: unknown, names: Names): string | undefined {
  const bound = new Map(names);
  const problem = compare(pattern, actual, bound, "it");
  if (problem !== undefined) return problem;
  for (const [name, value] of bound) names.set(name, value);
  return undefined;
}

function compare(pattern: unknown, actual: unknown, names: Names, at: string): string | undefined {
  if (pattern === ANY) return undefined;
  if (typeof pattern === "string") return compareText(pattern, actual, names, at);
  const differs = `${at} is ${show(actual)}, not ${show(pattern)}`;
  if (Array.isArray(pattern)) {
    return Array.isArray(actual) ? compareArray(pattern, actual, names, at) : differs;
  }
  if (typeof pattern !== "object" || pattern === null) {
    return Object.is(pattern, actual) ? undefined : differs;
  }
  if (typeof actual !== "object" || actual === null || Array.isArray(actual)) return differs;
  return compareObject(pattern, actual, names, at);
}

function compareText(pattern: string, actual: unknown, names: Names, at: string) {
  const name = WHOLE_NAME.exec(pattern)?.[1];
  if (name !== undefined && !names.has(name)) {
    names.set(name, actual);
    return undefined;
  }
  const expected = fillText(pattern, names);
  const fits =
    typeof expected === "string" && typeof actual === "string"
      ? textFits(expected, actual)
      : Object.is(expected, actual);
  return fits ? undefined : `${at} is ${show(actual)}, not ${show(expected)}`;
}

/** Whether `actual` is `pattern`, where each `…` stands for any characters. */
export function textFits(pattern: string, actual: string): boolean {
  const parts = pattern.split(ANY).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(actual);
}

function compareArray(pattern: unknown[], actual: unknown[], names: Names, at: string) {
  const isOpen = pattern.at(-1) === ANY;
  const items = isOpen ? pattern.slice(0, -1) : pattern;
  if (actual.length < items.length || (!isOpen && actual.length > items.length)) {
    return `${at} has ${actual.length} elements: ${show(actual)}`;
  }
  for (const [index, item] of items.entries()) {
    const problem = compare(item, actual[index], names, `${at}[${index}]`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function compareObject(pattern: object, actual: object, names: Names, at: string) {
  const isOpen = ANY in pattern;
  const wanted = Object.entries(pattern).filter(([key]) => key !== ANY);
  const values = new Map(Object.entries(actual));
  for (const [written, item] of wanted) {
    const key = fillString(written, names);
    if (!values.has(key)) return `${at} has no ${key}: ${show(actual)}`;
    const problem = compare(item, values.get(key), names, `${at}.${key}`);
    if (problem !== undefined) return problem;
    values.delete(key);
  }
  const [extra] = values.keys();
  return isOpen || extra === undefined ? undefined : `${at} has ${extra} as well: ${show(actual)}`;
}

function show(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 1_500 ? `${text.slice(0, 1_500)}…` : text;
}
