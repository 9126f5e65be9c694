/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Logins in a real browser, which goes to the page of a provider and comes back to a page that knows nothing but its store.
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOAuthSite, type OAuthSite } from "@patrix/login-sites/oauth-site";
import { type BrowserSite, chromiumPath, openBrowserSite, openTab, reload } from "./chromium.ts";
import type { Tab } from "./page.ts";

declare const tab: Tab;

describe.skipIf(chromiumPath === undefined)("a login by OAuth 2.0 in a browser", () => {
  let pages: BrowserSite;
  let site: OAuthSite;
  beforeAll(async () => {
    [pages, site] = await Promise.all([openBrowserSite(), openOAuthSite(["ann"])]);
  });
  afterAll(async () => {
    await pages?.[Symbol.asyncDispose]();
    await site?.[Symbol.asyncDispose]();
  });

  const open = (page: Page): Promise<string> => page.evaluate((url) => tab.open(url, { whenInUse: "wait" }), site.url);

  /** Goes to the page of the provider and does something there; gives the page that the browser comes back to. */
  async function goThere(context: BrowserContext, button: "Continue" | "Cancel"): Promise<Page> {
    const page = await openTab(context, pages);
    expect(await open(page)).toBe("ok");
    await page.goto(await page.evaluate(() => tab.beginOAuth()));
    await page.getByLabel("User").fill("ann");
    await page.getByRole("button", { name: button }).click();
    await page.waitForURL(`${pages.origin}/?*`);
    await page.waitForFunction(() => "tab" in globalThis);
    expect(await open(page)).toBe("ok");
    return page;
  }

  it("comes back by a redirect, goes on after a reload, in another tab with the newest tokens, and is ended", async () => {
    await using context = await pages.newContext();
    const page = await goThere(context, "Continue");
    const device = await page.evaluate(() => tab.complete());
    expect(device).toMatch(/^[A-Z2-7]{10}$/);
    expect(page.url()).toBe(`${pages.origin}/`);
    await reload(page);
    expect(await open(page)).toBe("ok");
    expect(await page.evaluate(() => tab.device())).toBe(device);
    expect(await page.evaluate(() => tab.start())).toBe("ok");
    // Two tabs never refresh one session: the second waits for the store, and finds there what the first has left.
    const second = await openTab(context, pages);
    const waiting = open(second);
    const before = await page.evaluate(() => tab.token());
    site.expire();
    site.asked.length = 0;
    expect(await page.evaluate(async () => Promise.all([tab.whoAmI(), tab.whoAmI(), tab.whoAmI()]))).toEqual(
      Array.from({ length: 3 }, () => "@ann:localhost"),
    );
    const after = await page.evaluate(() => tab.token());
    expect(after).not.toBe(before);
    expect(site.asked.filter((each) => each === "POST /token")).toHaveLength(1);
    await page.close();
    expect(await waiting).toBe("ok");
    expect(await second.evaluate(() => tab.token())).toBe(after);
    expect(await second.evaluate(() => tab.whoAmI())).toBe("@ann:localhost");
    await second.evaluate(() => tab.logOut());
    expect(site.asked).toContain("POST /token/revocation");
    await reload(second);
    expect(await open(second)).toBe("ok");
    expect(await second.evaluate(() => tab.device() ?? "nobody")).toBe("nobody");
    expect(pages.complaints).toEqual([]);
  });

  it("says that the user does not want to", async () => {
    await using context = await pages.newContext();
    const page = await goThere(context, "Cancel");
    await expect(page.evaluate(() => tab.complete())).rejects.toThrow("access_denied");
  });
});
