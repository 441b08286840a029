/** The tutor's colours: few, told apart by people who see colours differently, legible on light and dark. */
import { z } from "zod";

export const PALETTE = {
  blue: { stroke: "#2563eb", fill: "#dbeafe" },
  green: { stroke: "#15803d", fill: "#dcfce7" },
  orange: { stroke: "#c2410c", fill: "#ffedd5" },
  purple: { stroke: "#7e22ce", fill: "#f3e8ff" },
  gray: { stroke: "#475569", fill: "#f1f5f9" },
} as const;
export type ColorName = keyof typeof PALETTE;

/** Text on one of the fills. */
export const INK = "#1e293b";

export const colorName = z
  .enum(["blue", "green", "orange", "purple", "gray"])
  .nullable()
  .describe("Colour; null lets the tool choose.");

/** The colours in a fixed order, for series and branches. */
export function colorAt(index: number): ColorName {
  return (["blue", "green", "orange", "purple", "gray"] as const)[index % 5] ?? "blue";
}
