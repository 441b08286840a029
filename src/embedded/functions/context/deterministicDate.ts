/**
 * A `Date` whose clock is the engine's and whose time zone is UTC, whatever the machine's is: a
 * function must give the same answer here and in the cloud. Runs inside the context.
 */
type DateArguments = [number, number, number?, number?, number?, number?, number?];

const Original = Date;
const UTC_FIELDS = [
  ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"],
  ["Day"], // has no setter
] as const;
const LOCALE_METHODS: readonly string[] = [
  "toLocaleString",
  "toLocaleDateString",
  "toLocaleTimeString",
];
const HAS_ZONE = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})\s*(?:\(.*\))?$/i;
const IS_ISO_DATE = /^[+-]?\d{4,6}(?:-\d{2}){0,2}$/; // by the standard already UTC

/** Replaces the context's `Date`. @param now ms since epoch */
export function installDeterministicDate(now: () => number): void {
  useUtcFields(Original.prototype);
  const Replacement = new Proxy(Original, {
    construct(target, args: unknown[], newTarget: NewableFunction) {
      return Reflect.construct(target, [timeOf(args, now)], newTarget) as Date;
    },
    apply: () => new Original(now()).toString(),
    get(target, key, receiver) {
      if (key === "now") return now;
      if (key === "parse") return parse;
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  Original.prototype.constructor = Replacement;
  define(globalThis, "Date", Replacement);
  const HostFormat = Intl.DateTimeFormat;
  define(
    Intl,
    "DateTimeFormat",
    new Proxy(HostFormat, {
      construct: (target, [locales, options]: FormatArguments, newTarget: NewableFunction) =>
        Reflect.construct(target, [locales, inUtc(options)], newTarget) as Intl.DateTimeFormat,
      apply: (target, _this, [locales, options]: FormatArguments) =>
        target(locales, inUtc(options)),
    }),
  );
}

type FormatArguments = [Intl.LocalesArgument?, Intl.DateTimeFormatOptions?];

function timeOf(args: unknown[], now: () => number): unknown {
  if (args.length === 0) return now();
  if (args.length > 1) return Original.UTC(...(args as DateArguments));
  const [value] = args;
  if (typeof value === "string") return parse(value);
  return value;
}

function parse(text: string): number {
  const time = Original.parse(text);
  if (Number.isNaN(time) || HAS_ZONE.test(text) || IS_ISO_DATE.test(text)) return time;
  // Parsed in the machine's zone: read the same wall clock as UTC.
  return time - hostOffsetMinutes.call(new Original(time)) * 60_000;
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with an explicit `this`
const hostOffsetMinutes = Original.prototype.getTimezoneOffset;

function useUtcFields(prototype: Date): void {
  const methods = prototype as unknown as Record<string, unknown>;
  for (const field of UTC_FIELDS.flat()) {
    define(prototype, `get${field}`, methods[`getUTC${field}`]);
    if (`set${field}` in prototype) define(prototype, `set${field}`, methods[`setUTC${field}`]);
  }
  useUtcText(prototype, methods);
}

function useUtcText(prototype: Date, methods: Record<string, unknown>): void {
  const zone = "GMT+0000 (Coordinated Universal Time)";
  const parts = (date: Date) => {
    const [weekday = "", day, month, year, time] = date.toUTCString().split(" ");
    return { date: `${weekday.slice(0, 3)} ${month} ${day} ${year}`, time: `${time} ${zone}` };
  };
  const text = (format: (date: Date) => string) =>
    function (this: Date): string {
      return Number.isNaN(this.getTime()) ? "Invalid Date" : format(this);
    };
  define(prototype, "getTimezoneOffset", () => 0);
  define(
    prototype,
    "toDateString",
    text((date) => parts(date).date),
  );
  define(
    prototype,
    "toTimeString",
    text((date) => parts(date).time),
  );
  define(
    prototype,
    "toString",
    text((date) => `${parts(date).date} ${parts(date).time}`),
  );
  for (const name of LOCALE_METHODS) {
    const original = methods[name] as (...args: FormatArguments) => string;
    define(prototype, name, function (this: Date, ...[locales, options]: FormatArguments) {
      return original.call(this, locales, inUtc(options));
    });
  }
}

function inUtc(options: Intl.DateTimeFormatOptions | undefined): Intl.DateTimeFormatOptions {
  return { ...options, timeZone: options?.timeZone ?? "UTC" };
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
