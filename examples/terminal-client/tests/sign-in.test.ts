import { createClient, silentLogger } from "@patrix/client";
import { expect, it } from "vitest";
import { openOAuthSite } from "@patrix/login-sites/oauth-site";
import { visit } from "@patrix/login-sites/person";
import { openSsoSite } from "@patrix/login-sites/sso-site";
import { signInByBrowser } from "../src/sign-in.ts";

it.each([
  ["OAuth 2.0", openOAuthSite],
  ["single sign-on", openSsoSite],
])("--browser logs in by %s, once", async (_, openSite) => {
  const site = await openSite(["ann"]);
  try {
    const client = await createClient(site.url, { logger: silentLogger });
    let visits = 0;
    const open = async (url: string): Promise<void> => {
      visits += 1;
      void fetch(await visit(url, { user: "ann" }));
    };
    await signInByBrowser(client, { open });
    await signInByBrowser(client, { open });
    expect([client.userId, visits]).toEqual(["@ann:localhost", 1]);
    const other = await createClient(site.server.url, { logger: silentLogger });
    await expect(signInByBrowser(other, { open })).rejects.toThrow("--browser");
  } finally {
    await site[Symbol.asyncDispose]();
  }
});
