/** Judges what a page shows by axe-core, as light and as dark. */
import axe from "axe-core";
import type { Page } from "playwright-core";

const SCHEMES = ["light", "dark"] as const;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Half-way colours of a transition are nobody's contrast. */
const TRANSITIONS_ENDED = `new Promise(requestAnimationFrame).then(() => Promise.allSettled(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished),
))`;

/** Each serious or critical violation on the page as `place, scheme: rule: element`; none is good. */
export async function violations(page: Page, place: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(TRANSITIONS_ENDED);
    await page.evaluate(axe.source);
    const { violations: results } = await page.evaluate(async (values) => {
      const injected = (globalThis as unknown as { axe: typeof axe }).axe;
      return await injected.run({ runOnly: { type: "tag", values } });
    }, RULES);
    for (const { id, impact, nodes } of results) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const { html, any } of nodes) {
        found.push(`${place}, ${colorScheme}: ${id}: ${html} ${any[0]?.message ?? ""}`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "no-preference" });
  return found;
}
