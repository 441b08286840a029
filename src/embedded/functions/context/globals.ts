/**
 * The globals of the default runtime: the language, and what Convex adds to it. Nothing else of the
 * host is visible. Runs inside the context.
 */
import { installConvex } from "./convexGlobal.ts";
import { describeThrown } from "./describeThrown.ts";
import { installDeterministicDate } from "./deterministicDate.ts";
import type { Host } from "./host.ts";
import { recognizeHostErrors } from "./hostErrors.ts";
import { CONSOLE_METHODS, consoleWords } from "./logText.ts";
import { adoptPrototypes, installWebClasses } from "./webClasses.ts";

const SUBTLE_METHODS =
  "decrypt deriveBits deriveKey digest encrypt exportKey generateKey importKey sign unwrapKey verify wrapKey".split(
    " ",
  );
const RANDOM_QUOTA_BYTES = 65_536; // what the Web Crypto standard allows in one call

export function installGlobals(host: Host): void {
  for (const [name, value] of Object.entries(host.globals)) define(name, value);
  recognizeHostErrors();
  installDeterministicDate(() => host.now());
  Math.random = () => host.random();
  Atomics.wait = () => {
    throw new TypeError("Atomics.wait cannot be called in this context"); // V8's words
  };
  define("global", globalThis);
  define("self", globalThis);
  define("process", processOf(host));
  define("performance", { now: () => host.elapsed(), timeOrigin: host.now() - host.elapsed() });
  define("queueMicrotask", (task: () => void) => void Promise.resolve().then(task));
  define("console", consoleOf(host));
  const hostClone = host.globals["structuredClone"] as (
    value: unknown,
    options?: object,
  ) => unknown;
  define("structuredClone", (value: unknown, options?: object) =>
    adoptPrototypes(hostClone(value, options)),
  );
  installCrypto(host);
  installTimers(host);
  installWebClasses(host);
  installConvex(host);
}

function consoleOf(host: Host): object {
  const callable = (name: string) => {
    const method = (...args: unknown[]): void => {
      const { text, label } = consoleWords(name, args);
      host.console(name, text, label);
    };
    return [name, method] as const;
  };
  return Object.fromEntries(CONSOLE_METHODS.map(callable));
}

/** Each component has variables of its own, whoever's code asks for them. */
function processOf(host: Host): object {
  const copies = new WeakMap<object, Record<string, string>>();
  return {
    get env() {
      const component = host.component();
      const copy = copies.get(component) ?? { ...component.environment };
      copies.set(component, copy);
      return copy;
    },
  };
}

function installCrypto(host: Host): void {
  const subtle = Object.fromEntries(
    SUBTLE_METHODS.map((method) => [
      method,
      (...args: unknown[]) =>
        new Promise((resolve, reject) => {
          host.subtle(method, args, (result) => {
            if (result.ok) resolve(result.value);
            else reject(Object.assign(new Error(result.message), { name: result.name ?? "Error" }));
          });
        }),
    ]),
  );
  function getRandomValues<T extends ArrayBufferView>(view: T): T {
    if (view.byteLength > RANDOM_QUOTA_BYTES) {
      throw new RangeError(`getRandomValues fills at most ${RANDOM_QUOTA_BYTES} bytes`);
    }
    host.fillRandom(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    return view;
  }
  function randomUUID(): string {
    const bytes = getRandomValues(new Uint8Array(16));
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40; // version 4
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80; // RFC 9562 variant
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  define("crypto", { subtle, getRandomValues, randomUUID });
}

function installTimers(host: Host): void {
  const start =
    (repeats: boolean) =>
    (task: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): number => {
      const refusal = host.refusal(repeats ? "setInterval" : "setTimeout");
      if (refusal !== null) throw new Error(refusal);
      const run = (): void => {
        try {
          task(...args);
        } catch (thrown) {
          host.failTimer(describeThrown(thrown));
        }
      };
      return host.setTimer(run, delayMs, repeats);
    };
  const clear = (id: number | undefined): void => {
    if (id !== undefined) host.clearTimer(id);
  };
  define("setTimeout", start(false));
  define("setInterval", start(true));
  define("clearTimeout", clear);
  define("clearInterval", clear);
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
