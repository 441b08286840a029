/** What clients do to a server while it is measured, by name. Each connects, does the measured part and tells what it saw. */
import { cursors } from "./loads/cursors.ts";
import { idle } from "./loads/idle.ts";
import { joins } from "./loads/joins.ts";
import { stalled } from "./loads/stalled.ts";
import { updates } from "./loads/updates.ts";

export const loads = { updates, joins, idle, stalled, cursors };
export type Loads = typeof loads;
export type LoadName = keyof Loads;
