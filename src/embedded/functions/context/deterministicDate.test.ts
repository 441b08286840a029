/**
 * Runs the built context under a machine time zone far from UTC: what a function sees must not change.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const MODULE = fileURLToPath(new URL("./deterministicDate.ts", import.meta.url));
const NOW = Date.UTC(2026, 6, 1, 23, 30, 15, 7);

/** Evaluates an expression after the installation, in a process whose zone is the given one. */
async function evaluate(expression: string, timeZone: string): Promise<unknown> {
  const code = `
    import { installDeterministicDate } from ${JSON.stringify(MODULE)};
    installDeterministicDate(() => ${NOW});
    console.log(JSON.stringify(${expression}));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", code],
    { env: { ...process.env, TZ: timeZone } },
  );
  return JSON.parse(stdout);
}

it("[FI2] dates are those of UTC in every time zone of the machine", async () => {
  const expression = `{
    now: [Date.now(), new Date().getTime(), +new Date(Date.now())],
    fields: [new Date().getFullYear(), new Date().getDate(), new Date().getHours(), new Date().getDay()],
    offset: new Date().getTimezoneOffset(),
    parts: new Date(2026, 0, 2, 3, 4, 5).toISOString(),
    set: (() => { const d = new Date(0); d.setHours(5); d.setMonth(1); return d.toISOString(); })(),
    texts: ["2026-03-29T02:30", "2026-03-29", "2026-03-29T02:30:00Z", "2026-03-29T02:30+01:00", "March 29, 2026 02:30"]
      .map((text) => new Date(text).toISOString()),
    invalid: [String(new Date("x")), Number.isNaN(Date.parse("x"))],
    text: new Date(0).toString(), called: Date(),
    locale: new Date(0).toLocaleString("en-US"),
    format: new Intl.DateTimeFormat("en-US", { timeStyle: "short" }).format(0),
    own: new Date(0).toLocaleTimeString("en-US", { timeZone: "Asia/Tokyo", hour: "2-digit" }),
    isDate: new Date() instanceof Date, made: new Date().constructor === Date,
    sub: (() => { class Sub extends Date {} return new Sub(5) instanceof Sub; })(),
  }`;
  const expected = {
    now: [NOW, NOW, NOW],
    fields: [2026, 1, 23, 3],
    offset: 0,
    parts: "2026-01-02T03:04:05.000Z",
    set: "1970-02-01T05:00:00.000Z",
    texts: [
      "2026-03-29T02:30:00.000Z",
      "2026-03-29T00:00:00.000Z",
      "2026-03-29T02:30:00.000Z",
      "2026-03-29T01:30:00.000Z",
      "2026-03-29T02:30:00.000Z",
    ],
    invalid: ["Invalid Date", true],
    text: "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)",
    called: "Wed Jul 01 2026 23:30:15 GMT+0000 (Coordinated Universal Time)",
    locale: "1/1/1970, 12:00:00 AM",
    format: "12:00 AM",
    own: "09 AM",
    isDate: true,
    made: true,
    sub: true,
  };
  for (const timeZone of ["UTC", "America/New_York", "Asia/Kolkata"]) {
    expect(await evaluate(expression, timeZone)).toEqual(expected);
  }
});
