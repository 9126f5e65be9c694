// Checks of accessibility, for tests in a browser.
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What a check of accessibility finds. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(async () => (globalThis as unknown as { axe: typeof axe }).axe.run(document));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
