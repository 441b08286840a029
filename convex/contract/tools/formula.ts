/**
 * Reads a formula in x, such as `2x^2 - sin(pi x)/3`, into a function. A model writes these, so nothing
 * is evaluated as code: numbers, x, pi, e, + - * / ^, parentheses and a list of functions is all.
 */
import { appError } from "../errors.ts";

type Fn = (x: number) => number;

// Maps, since a plain object would also know the words "constructor" and "valueOf".
const FUNCTIONS = new Map<string, (value: number) => number>([
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
  ["sqrt", Math.sqrt],
  ["abs", Math.abs],
  ["exp", Math.exp],
  ["ln", Math.log],
  ["log", Math.log10],
]);
const CONSTANTS = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);
const MAX_DEPTH = 40;

/** @throws INVALID_INPUT naming what could not be read. */
export function parseFormula(text: string): Fn {
  return new FormulaReader(text).read();
}

class FormulaReader {
  readonly #tokens: string[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    const tokens = text.toLowerCase().match(/\d+(?:\.\d+)?|\.\d+|[a-z]+|[-+*/^()]|\S/g) ?? [];
    this.#tokens = tokens;
  }

  read(): Fn {
    const formula = this.#sum();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw unreadable(rest);
    return formula;
  }

  #take(...wanted: string[]): string | undefined {
    const token = this.#tokens[this.#next];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#next++;
    return token;
  }

  #sum(): Fn {
    if (++this.#depth > MAX_DEPTH)
      throw appError("INVALID_INPUT", "The formula is nested too deep.");
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      const [a, b, isPlus] = [left, this.#product(), sign === "+"];
      left = (x) => (isPlus ? a(x) + b(x) : a(x) - b(x));
    }
    this.#depth--;
    return left;
  }

  #product(): Fn {
    let left = this.#signed();
    for (;;) {
      const sign = this.#take("*", "/");
      if (sign === undefined && !this.#startsFactor()) return left;
      const [a, b] = [left, this.#signed()];
      left = sign === "/" ? (x) => a(x) / b(x) : (x) => a(x) * b(x);
    }
  }

  /** `2x`, `3 sin(x)`, `(x+1)(x-1)`: two factors side by side are multiplied. */
  #startsFactor(): boolean {
    const token = this.#tokens[this.#next];
    return token !== undefined && /^[a-z\d.(]/.test(token);
  }

  #signed(): Fn {
    if (this.#take("-") === undefined) {
      this.#take("+");
      return this.#power();
    }
    const value = this.#power();
    return (x) => -value(x);
  }

  #power(): Fn {
    const base = this.#atom();
    if (this.#take("^") === undefined) return base;
    const exponent = this.#signed();
    return (x) => base(x) ** exponent(x);
  }

  #atom(): Fn {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw appError("INVALID_INPUT", "The formula ends too early.");
    if (token === "(") return this.#closing(this.#sum());
    if (token === "x") return (x) => x;
    if (/^[\d.]/.test(token)) return constant(Number(token));
    const known = CONSTANTS.get(token);
    if (known !== undefined) return constant(known);
    const named = FUNCTIONS.get(token);
    if (named === undefined) throw unreadable(token);
    const argument = this.#take("(") === undefined ? this.#power() : this.#closing(this.#sum());
    return (x) => named(argument(x));
  }

  #closing(inner: Fn): Fn {
    if (this.#take(")") === undefined) {
      throw appError("INVALID_INPUT", "A parenthesis is not closed.");
    }
    return inner;
  }
}

const constant =
  (value: number): Fn =>
  () =>
    value;

function unreadable(token: string) {
  const message = `"${token}" cannot be read in a formula of x; write e.g. 2*x^2 - sin(x)/3.`;
  return appError("INVALID_INPUT", message);
}
