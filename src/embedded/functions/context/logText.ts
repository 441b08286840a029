/**
 * The text of what a function gives to `console`: `'text' { a: 1 }`, on one line where it can be.
 * Looking at a value may run what its author wrote (proxies, getters of names and stacks, inspectors),
 * so this runs as part of the function: in its realm, in its time, where it can be cut off. It never
 * throws and makes little more than fills a log line, however large, deep or tangled the value is.
 */
const MAX_CHARS = 32_768; // of a log line
const MAX_ENTRIES = 1_000; // of one collection
const MAX_DEPTH = 6;
const UNREADABLE = "[unreadable]";

/** By which classes of Node, and packages made for it, say how they are shown. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
/** Of any realm; part of the language, which the compiler's library does not know yet. */
const { isError } = Error as unknown as { isError: (value: unknown) => value is Error };
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** What `console` has in the default runtime; a call of any other method fails, as on Convex. */
export const CONSOLE_METHODS: readonly string[] = [
  ...["debug", "error", "info", "log", "warn", "trace"],
  ...["time", "timeLog", "timeEnd"],
];

/** What `console` is told in one call: the values as text and, where time is measured, by which name. */
export function consoleWords(
  method: string,
  args: readonly unknown[],
): { text: string; label: string } {
  if (!method.startsWith("time")) return { text: logText(args), label: "" };
  const [label = "default", ...values] = args;
  return { text: logText(values), label: String(label).slice(0, MAX_CHARS) };
}

/** The values as one line shows them. Never throws. */
export function logText(values: readonly unknown[]): string {
  const budget = { charsLeft: MAX_CHARS };
  const texts: string[] = [];
  for (const value of values) {
    if (budget.charsLeft <= 0) break;
    texts.push(new Showing(budget, []).text(value));
  }
  return texts.join(" ");
}

/** One value being shown, inside those that hold it. */
class Showing {
  readonly #budget: { charsLeft: number };
  readonly #holders: readonly object[];

  constructor(budget: { charsLeft: number }, holders: readonly object[]) {
    this.#budget = budget;
    this.#holders = holders;
  }

  text(value: unknown): string {
    try {
      if ((typeof value !== "object" && typeof value !== "function") || value === null) {
        return this.#spend(primitiveText(value));
      }
      if (this.#holders.includes(value)) return this.#spend("[Circular]");
      const inside = new Showing(this.#budget, [...this.#holders, value]);
      return inside.#customText(value) ?? inside.#objectText(value);
    } catch {
      return this.#spend(UNREADABLE);
    }
  }

  #spend(text: string): string {
    const kept = text.slice(0, MAX_CHARS);
    this.#budget.charsLeft -= kept.length;
    return kept;
  }

  get #isTooDeep(): boolean {
    return this.#holders.length > MAX_DEPTH;
  }

  #customText(value: object): string | undefined {
    const inspect: unknown = (value as Record<symbol, unknown>)[INSPECT];
    if (typeof inspect !== "function" || this.#isTooDeep) return undefined;
    const depth = MAX_DEPTH - this.#holders.length;
    const show = (other: unknown): string => this.text(other);
    const shown: unknown = inspect.call(value, depth, { colors: false }, show);
    return typeof shown === "string" ? this.#spend(shown) : this.text(shown);
  }

  #objectText(value: object): string {
    const whole = wholeText(value);
    if (whole !== undefined) return this.#spend(whole);
    if (isError(value)) return this.#errorText(value);
    const name = className(value);
    if (this.#isTooDeep) return this.#spend(`[${name}]`);
    if (Array.isArray(value)) return this.#listText(name === "Array" ? "" : name, value);
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      return this.#listText(name, value as unknown as ArrayLike<unknown>);
    }
    if (value instanceof Map || value instanceof Set) return this.#collectionText(value);
    return enclosed(name === "Object" ? "{" : `${name} {`, this.#fields(value), "}");
  }

  #collectionText(held: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): string {
    const parts =
      held instanceof Map
        ? this.#parts(held.size, held, (pair) => pair.map((one) => this.text(one)).join(" => "))
        : this.#parts(held.size, held, (one) => this.text(one));
    return enclosed(`${held instanceof Map ? "Map" : "Set"}(${held.size}) {`, parts, "}");
  }

  /** Its stack, which the log leads back to the sources, and what it has beside. */
  #errorText(error: Error): string {
    const { stack } = error;
    const text =
      typeof stack === "string" && stack !== "" ? stack : `${error.name}: ${error.message}`;
    const shown = this.#spend(text);
    if (this.#isTooDeep) return shown;
    const fields = [...this.#fields(error), ...this.#causes(error)];
    return fields.length === 0 ? shown : `${shown} {\n  ${indented(fields).join(",\n  ")}\n}`;
  }

  #causes(error: Error): string[] {
    const isHidden = (key: string) => Object.hasOwn(error, key) && !isEnumerable(error, key);
    const keys = ["cause", "errors"].filter(isHidden) as (keyof Error)[];
    return keys.map((key) => `[${key}]: ${this.text(error[key])}`);
  }

  #listText(name: string, list: ArrayLike<unknown>): string {
    const count = list.length;
    const places = function* () {
      for (let i = 0; i < count; i++) yield i;
    };
    const parts = this.#parts(count, places(), (i) => (i in list ? this.text(list[i]) : "<empty>"));
    return enclosed(name === "" ? "[" : `${name}(${count}) [`, parts, "]");
  }

  /** Own fields; of accessors only that they are there. */
  #fields(value: object): string[] {
    const symbols = Object.getOwnPropertySymbols(value);
    const keys = [...Object.keys(value), ...symbols.filter((key) => isEnumerable(value, key))];
    return this.#parts(keys.length, keys, (key) => {
      const field = Object.getOwnPropertyDescriptor(value, key) ?? {};
      const held = "value" in field ? this.text(field.value) : this.#spend("[Getter]");
      return `${this.#spend(keyText(key))}: ${held}`;
    });
  }

  /** The texts of the first entries, while there is room, and how many are left out. */
  #parts<T>(count: number, entries: Iterable<T>, textOf: (entry: T) => string): string[] {
    const parts: string[] = [];
    for (const entry of entries) {
      if (parts.length === MAX_ENTRIES || this.#budget.charsLeft <= 0) break;
      parts.push(textOf(entry));
      this.#spend(", ");
    }
    if (parts.length < count) parts.push(`... ${count - parts.length} more`);
    return parts;
  }
}

function isEnumerable(value: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(value, key)?.enumerable === true;
}

/** What is shown by one word, if it is that. */
function wholeText(value: object): string | undefined {
  if (typeof value === "function") return `[Function: ${nameOf(value)}]`;
  if (value instanceof Date) return dateText(value);
  if (value instanceof RegExp) return String(value);
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  return undefined;
}

function primitiveText(value: unknown): string {
  if (typeof value === "string") return quoted(value.slice(0, MAX_CHARS));
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function quoted(text: string): string {
  const inside = JSON.stringify(text).slice(1, -1);
  return `'${inside.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function keyText(key: string | symbol): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return PLAIN_KEY.test(key) ? key : quoted(key.slice(0, MAX_CHARS));
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString();
}

function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null
    ? "[Object: null prototype]"
    : nameOf((prototype as object).constructor);
}

function nameOf({ name }: { readonly name: unknown }): string {
  return typeof name === "string" && name !== "" ? name : "(anonymous)";
}

function enclosed(open: string, parts: readonly string[], close: string): string {
  if (parts.length === 0) return open + close;
  return parts.some((part) => part.includes("\n"))
    ? `${open}\n  ${indented(parts).join(",\n  ")}\n${close}`
    : `${open} ${parts.join(", ")} ${close}`;
}

function indented(parts: readonly string[]): string[] {
  return parts.map((part) => part.replaceAll("\n", "\n  "));
}
