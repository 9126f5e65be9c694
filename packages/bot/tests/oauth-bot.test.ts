/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { createBot } from "@patrix/bot";
import { memoryStore, silentLogger } from "@patrix/client";
import { loopback } from "@patrix/client/node";
import { expect, it } from "vitest";
import { openOAuthSite } from "@patrix/login-sites/oauth-site";
import { visit } from "@patrix/login-sites/person";

it("a bot asks somebody with a browser once, goes on from its store, and asks nobody when its session is over", async () => {
  const site = await openOAuthSite(["bot"]);
  try {
    let visits = 0;
    const open = async (url: string): Promise<void> => {
      visits += 1;
      void fetch(await visit(url, { user: "bot" }));
    };
    const clientMetadata = { client_name: "Bot", client_uri: "https://bot.example.org/" };
    const options = { store: memoryStore(), logger: silentLogger, oauth: { visit: loopback({ open }), clientMetadata } };
    const first = await createBot(site.url, options);
    const { session } = first.client;
    expect([first.client.userId, visits]).toEqual(["@bot:localhost", 1]);
    const second = await createBot(site.url, options);
    expect(second.client.session.value).toEqual(session.value);
    const running = second.start();
    await second.client.online.until((state) => state === "syncing");
    site.endSessions();
    await expect(running).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    expect(visits).toBe(1);
  } finally {
    await site[Symbol.asyncDispose]();
  }
});
