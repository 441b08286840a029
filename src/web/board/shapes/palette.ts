/**
 * The colours of the board. Objects keep one colour for everyone, chosen for a light board; a dark
 * page shows it with its lightness turned over, so that black ink is not lost on a dark ground. Pure.
 */
export interface PaletteColour {
  name: string;
  value: string;
}

export const PALETTE = [
  { name: "Ink", value: "#1f2a26" },
  { name: "Red", value: "#c8372d" },
  { name: "Orange", value: "#c46210" },
  { name: "Green", value: "#0f7b54" },
  { name: "Blue", value: "#2463c9" },
  { name: "Violet", value: "#7a3fc0" },
  { name: "Pink", value: "#b02a6f" },
  { name: "Grey", value: "#6b7671" },
] as const satisfies readonly PaletteColour[];

const NAMED: Record<string, string> = {
  black: "#000000",
  white: "#ffffff",
  red: "#ff0000",
  green: "#008000",
  blue: "#0000ff",
  yellow: "#ffff00",
  orange: "#ffa500",
  purple: "#800080",
  gray: "#808080",
  grey: "#808080",
};

/** Paint from elsewhere, which would tell that place who is looking; in plain words or in CSS escapes. */
const FROM_ELSEWHERE = /url|\\/i;

/** A CSS colour that fits both themes; what cannot be read is used as it is in both. */
export function themedColour(colour: string): string {
  if (FROM_ELSEWHERE.test(colour)) return themedColour(PALETTE[0].value);
  const rgb = parseHex(NAMED[colour.toLowerCase()] ?? colour);
  return rgb ? `light-dark(${colour}, ${forDark(rgb)})` : colour;
}

interface Rgb {
  r: number; // 0..1 each
  g: number;
  b: number;
  alpha: string; // two hex digits, or nothing
}

function parseHex(colour: string): Rgb | undefined {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(colour);
  const long = short ? `#${[1, 2, 3].map((i) => (short[i] ?? "").repeat(2)).join("")}` : colour;
  const match = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})([\da-f]{2})?$/i.exec(long);
  if (!match) return undefined;
  const [r, g, b] = [1, 2, 3].map((i) => Number.parseInt(match[i] ?? "0", 16) / 255);
  return { r: r ?? 0, g: g ?? 0, b: b ?? 0, alpha: match[4] ?? "" };
}

const MIN_INK_LIGHTNESS = 0.62; // below it a line is hard to see on the dark board

/** Hue stays; lightness is turned over into 0.1..0.93, and pale fills lose some of their strength. */
function forDark({ r, g, b, alpha }: Rgb): string {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  const lightness = (max + min) / 2;
  const spread = max - min;
  const saturation = spread === 0 ? 0 : spread / (1 - Math.abs(2 * lightness - 1));
  const hue = hueOf(r, g, b, max, spread);
  const opposite = 0.1 + (1 - lightness) * 0.83;
  const turned = lightness < 0.6 ? Math.max(opposite, MIN_INK_LIGHTNESS) : opposite;
  const strength = lightness > 0.75 ? saturation * 0.45 : saturation;
  const hsl = `hsl(${Math.round(hue)} ${Math.round(strength * 100)}% ${Math.round(turned * 100)}%`;
  return alpha ? `${hsl} / ${(Number.parseInt(alpha, 16) / 255).toFixed(2)})` : `${hsl})`;
}

function hueOf(r: number, g: number, b: number, max: number, spread: number): number {
  if (spread === 0) return 150; // neutral greys lean to the page's own green
  if (max === r) return 60 * (((g - b) / spread + 6) % 6);
  if (max === g) return 60 * ((b - r) / spread + 2);
  return 60 * ((r - g) / spread + 4);
}

/**
 * Dark enough for white letters on them (4.5 : 1), and told apart side by side. None is near the page's
 * green, which is the tutor's, or a grey, which is nobody's.
 */
const PEOPLE = [
  "#7a3fc0",
  "#b5540a",
  "#2463c9",
  "#b02a6f",
  "#7c4a2d",
  "#7d6300",
  "#0e7490",
  "#a8322a",
  "#5b6b12",
];

/** The colour of a person's cursor: the same for everybody who sees it. */
export function personColour(userId: string): string {
  // FNV-1a with a last mixing, since ids that were made one after the other differ in few signs
  let hash = 0x811c9dc5;
  for (const char of userId) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return PEOPLE[(hash >>> 8) % PEOPLE.length] ?? "#7a3fc0";
}
