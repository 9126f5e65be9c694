/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Signing in to the web client on pages of the server, as people do.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OAuthSite, openOAuthSite } from "@patrix/login-sites/oauth-site";
import { openSsoSite, type SsoSite } from "@patrix/login-sites/sso-site";
import { buildWebClient } from "../build.ts";
import { findings } from "./accessibility.ts";

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
if (browserPath === undefined) process.stderr.write("skipped: signing in to the web client, since Debian's chromium is not installed\n");

describe.skipIf(browserPath === undefined)("the web client", () => {
  let browser: Browser;
  let oauth: OAuthSite;
  let sso: SsoSite;
  beforeAll(async () => {
    const config = { web_client: { path: await buildWebClient() } };
    [oauth, sso] = await Promise.all([openOAuthSite(["ann", "ada"], config), openSsoSite(["bea", "bob", "ben"], config)]);
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await oauth?.[Symbol.asyncDispose]();
    await sso?.[Symbol.asyncDispose]();
  });

  /** Says on the page of the server who one is. */
  async function sayWho(page: Page, user: string, button: "Continue" | "Cancel" = "Continue"): Promise<void> {
    await page.getByLabel("User", { exact: true }).fill(user);
    await page.getByRole("button", { name: button, exact: true }).click();
  }

  it("sends people to the server's own page where there is one, takes them back, and signs them out there", async () => {
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${oauth.url}/web/`);
    const go = page.getByRole("button", { name: /^Continue with 127\.0\.0\.1:/ });
    await go.click();
    await sayWho(page, "ann", "Cancel");
    await page.getByRole("alert").getByText("access_denied").waitFor();
    expect(await page.getByLabel("Password").count()).toBe(0);
    await go.click();
    await sayWho(page, "ann");
    await page.getByText("Choose a conversation").waitFor();
    expect(page.url()).toBe(`${oauth.url}/web/`);
    await page.reload();
    await page.getByText("Choose a conversation").waitFor();
    await page.getByRole("button", { name: "Settings" }).click();
    expect(await page.getByRole("link", { name: "Manage the account" }).getAttribute("href")).toBe(`${oauth.issuer}/account?lang=en`);
    oauth.asked.length = 0;
    await page.getByRole("button", { name: "Sign out" }).click();
    await go.waitFor();
    expect(oauth.asked).toContain("POST /token/revocation");
  });

  it("lets people choose who says who they are, or sign in with a password", async () => {
    sso.flows = [{ type: "m.login.sso", identity_providers: [{ id: "tea", name: "Tea House" }] }, { type: "m.login.password" }];
    await using context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${sso.url}/web/`);
    await page.getByLabel("Password").waitFor();
    await page.getByRole("button", { name: "Continue with Tea House" }).click();
    await sayWho(page, "bea");
    await page.getByText("Choose a conversation").waitFor();
    expect(page.url()).toBe(`${sso.url}/web/`);
    expect(sso.redirects.at(-1)?.pathname).toMatch(/\/tea$/);
  });

  /** Signs in on the page of a site of its own. */
  async function comeIn(context: BrowserContext, site: { readonly url: string }, user: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${site.url}/web/`);
    await page.getByRole("button", { name: /^Continue with / }).click();
    await sayWho(page, user);
    await page.getByText("Choose a conversation").waitFor();
    return page;
  }

  const words = (page: Page): Promise<number> =>
    page
      .locator(".recovery-key code")
      .textContent()
      .then((text) => text?.split(" ").length ?? 0);
  const makesKey = (page: Page): Promise<void> => page.getByRole("button", { name: "Make a recovery key" }).click();
  const asksForPassword = (page: Page): Promise<number> => page.getByLabel("Password of your account").count();

  it("asks nobody for a password who has none: not where the server wants to know nothing", async () => {
    for (const [site, user] of [
      [oauth, "ada"],
      [sso, "bob"],
    ] as const) {
      await using context = await browser.newContext();
      const page = await comeIn(context, site, user);
      // In the settings, where the form stays until the key was seen.
      await page.getByRole("button", { name: "Settings" }).click();
      await page.getByRole("button", { name: "Make a recovery key" }).waitFor();
      expect([await asksForPassword(page), await findings(page)]).toEqual([0, []]);
      await makesKey(page);
      expect(await words(page)).toBe(12);
    }
  });

  it("has people confirm it on the page of the server where that is what it wants, and asks for a password where that is", async () => {
    await using first = await browser.newContext();
    await using second = await browser.newContext();
    await using third = await browser.newContext();
    const page = await comeIn(first, sso, "ben");
    await page.getByRole("button", { name: "Set up" }).click();
    await makesKey(page);
    expect(await words(page)).toBe(12);
    const lose = async (other: Page): Promise<void> => {
      await other.getByRole("status").getByRole("button", { name: "Verify" }).click();
      await other.getByRole("button", { name: "I have lost both" }).click();
      await makesKey(other);
    };
    sso.confirmsOnPage = true;
    const other = await comeIn(second, sso, "ben");
    await lose(other);
    const link = other.getByRole("link", { name: "on its page" });
    await link.waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await other.emulateMedia({ colorScheme });
      await expect.poll(() => findings(other)).toEqual([]);
    }
    await other.getByRole("button", { name: "Go on" }).click();
    await other.getByText("The server has not heard of it yet.").waitFor();
    expect(await asksForPassword(other)).toBe(0);
    const [confirmation] = await Promise.all([second.waitForEvent("page"), link.click()]);
    await confirmation.getByRole("button", { name: "It is me" }).click();
    await confirmation.getByText("You may close this window").waitFor();
    await other.getByRole("button", { name: "Go on" }).click();
    expect(await words(other)).toBe(12);

    sso.confirmsOnPage = false;
    const last = await comeIn(third, sso, "ben");
    await lose(last);
    const password = last.getByLabel("Password of your account");
    for (const given of ["wrong", "secret"]) {
      await password.waitFor();
      await expect.poll(() => password.evaluate((field) => field === document.activeElement)).toBe(true);
      if (given === "secret") await last.getByText("The password is wrong.").waitFor();
      for (const colorScheme of ["light", "dark"] as const) {
        await last.emulateMedia({ colorScheme });
        await expect.poll(() => findings(last)).toEqual([]);
      }
      await last.keyboard.type(given);
      await last.keyboard.press("Enter");
    }
    expect(await words(last)).toBe(12);
  });
});
