/** Named zones of a board, in fractions of its width and height; zones of one template may overlap (rule BV8). */
import { BOARD_HEIGHT, BOARD_WIDTH, type Box } from "../boardOps.ts";

export interface Zone {
  xPct: number;
  yPct: number;
  widthPct: number;
  heightPct: number;
}

const zone = (xPct: number, yPct: number, widthPct: number, heightPct: number): Readonly<Zone> =>
  Object.freeze({ xPct, yPct, widthPct, heightPct });

const TEMPLATES: ReadonlyMap<string, ReadonlyMap<string, Readonly<Zone>>> = new Map([
  [
    "default_board",
    new Map([
      ["question_area", zone(0.05, 0.05, 0.9, 0.2)],
      ["options_area", zone(0.05, 0.3, 0.9, 0.4)],
      ["explanation_area", zone(0.05, 0.75, 0.9, 0.2)],
      ["side_panel_top", zone(0.75, 0.05, 0.2, 0.4)],
      ["side_panel_bottom", zone(0.75, 0.5, 0.2, 0.45)],
      ["center_large", zone(0.2, 0.2, 0.6, 0.6)],
      ["full_width_top_banner", zone(0, 0, 1, 0.1)],
      ["full_width_bottom_banner", zone(0, 0.9, 1, 0.1)],
      ["alt_question_spot", zone(0.05, 0.7, 0.4, 0.25)],
    ]),
  ],
  [
    "two_column_equal",
    new Map([
      ["left_column", zone(0.02, 0.02, 0.47, 0.96)],
      ["right_column", zone(0.51, 0.02, 0.47, 0.96)],
    ]),
  ],
]);

/** Undefined for a template or zone that there is not. */
export function findZone(template: string, name: string): Readonly<Zone> | undefined {
  return TEMPLATES.get(template)?.get(name);
}

/** The zone in pixels of the board. */
export function boxOfZone({ xPct, yPct, widthPct, heightPct }: Readonly<Zone>): Box {
  return {
    x: xPct * BOARD_WIDTH,
    y: yPct * BOARD_HEIGHT,
    width: widthPct * BOARD_WIDTH,
    height: heightPct * BOARD_HEIGHT,
  };
}
