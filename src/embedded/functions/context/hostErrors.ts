/**
 * Makes `error instanceof TypeError` true for errors that the host made (a failed fetch, a bad URL):
 * they come from another realm, whose constructors the code of the context cannot name. Runs inside
 * the context.
 */
const NATIVE_ERRORS = [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
];

/** An aborted fetch throws a DOMException, which is an Error too. */
const ERROR_TAGS = new Set(["[object Error]", "[object DOMException]"]);

export function recognizeHostErrors(): void {
  const isOrdinaryInstance = (constructor: unknown, value: unknown): boolean =>
    Function.prototype[Symbol.hasInstance].call(constructor, value);
  for (const NativeError of NATIVE_ERRORS) {
    Object.defineProperty(NativeError, Symbol.hasInstance, {
      value(this: unknown, value: unknown): boolean {
        // Classes that extend a native error inherit this method; for them only ordinary rules hold.
        return (
          isOrdinaryInstance(this, value) ||
          (this === NativeError && isNamed(value, NativeError.name))
        );
      },
    });
  }
}

/** True when a constructor of that name stands in the value's prototype chain. */
function isNamed(value: unknown, name: string): boolean {
  if (!ERROR_TAGS.has(Object.prototype.toString.call(value))) return false;
  for (
    let link = value as object | null;
    link !== null;
    link = Object.getPrototypeOf(link) as object | null
  ) {
    const maker = Object.getOwnPropertyDescriptor(link, "constructor")?.value as unknown;
    if (typeof maker === "function" && maker.name === name) return true;
  }
  return false;
}
