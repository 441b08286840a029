/**
 * The numbers of an SVG path in absolute commands, in order; read sign by sign, since a stroke has
 * hundreds and a board that was just loaded has thousands of strokes. Pure.
 */
import { MAX_COORDINATE } from "../boardOps.ts";

/** Those too large for a board, such as 1e999, are the largest that it has. */
export function pathNumbers(path: string): number[] {
  const numbers: number[] = [];
  let start = -1; // of the number that is being read
  let dot = -1; // the last one
  const end = (at: number) => {
    if (start !== -1) numbers.push(Number(path.slice(start, at)));
    start = -1;
  };
  for (let i = 0; i <= path.length; i++) {
    const code = i < path.length ? path.charCodeAt(i) : SPACE;
    if (isDigit(code)) {
      if (start === -1) start = i;
    } else if (code === DOT) {
      if (dot >= start) end(i); // "1.5.5" are two
      if (start === -1) start = i;
      dot = i;
    } else if (code === MINUS) {
      if (start !== -1 && isExponentSign(path.charCodeAt(i - 1))) continue;
      end(i);
      start = i;
    } else if (!isExponentSign(code)) end(i);
  }
  return numbers
    .filter((value) => !Number.isNaN(value))
    .map((value) => Math.min(MAX_COORDINATE, Math.max(-MAX_COORDINATE, value)));
}

const SPACE = 0x20;
const MINUS = 0x2d;
const DOT = 0x2e;

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The e of 1e-7, as scripts write very small numbers. */
function isExponentSign(code: number): boolean {
  return code === 0x65 || code === 0x45;
}
