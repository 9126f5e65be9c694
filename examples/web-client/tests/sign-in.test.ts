/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Signing in to the web client on pages of the server, as people do.
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OAuthSite, openOAuthSite } from "@patrix/login-sites/oauth-site";
import { openSsoSite, type SsoSite } from "@patrix/login-sites/sso-site";
import { buildWebClient } from "../build.ts";

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
if (browserPath === undefined) process.stderr.write("skipped: signing in to the web client, since Debian's chromium is not installed\n");

describe.skipIf(browserPath === undefined)("the web client", () => {
  let browser: Browser;
  let oauth: OAuthSite;
  let sso: SsoSite;
  beforeAll(async () => {
    const config = { web_client: { path: await buildWebClient() } };
    [oauth, sso] = await Promise.all([openOAuthSite(["ann"], config), openSsoSite(["bea"], config)]);
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await oauth?.[Symbol.asyncDispose]();
    await sso?.[Symbol.asyncDispose]();
  });

  /** Says on the page of the server who one is. */
  async function sayWho(page: Page, user: string, button: "Continue" | "Cancel" = "Continue"): Promise<void> {
    await page.getByLabel("User").fill(user);
    await page.getByRole("button", { name: button }).click();
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
});
