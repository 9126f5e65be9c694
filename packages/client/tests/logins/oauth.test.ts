/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Logins by OAuth 2.0, with a provider from npm before a homeserver of ours.
import { type Client, createClient, memoryStore, silentLogger, type Store } from "@patrix/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openOAuthSite, type OAuthSite } from "./oauth-site.ts";
import { visit } from "./person.ts";

const redirectUri = "https://app.example.com/callback?of=test";

describe("a login by OAuth 2.0", () => {
  let site: OAuthSite;
  beforeAll(async () => {
    site = await openOAuthSite(["ann", "bea"]);
  });
  afterAll(async () => site?.[Symbol.asyncDispose]());

  const open = (store: Store = memoryStore(), more: object = {}): Promise<Client> =>
    createClient(site.url, { store, logger: silentLogger, ...more });

  it("works", async () => {
    const client = await open();
    expect(await client.login.flows()).toEqual(["oauth"]);
    const url = await client.login.beginOAuth({ redirectUri });
    const session = await client.login.complete(await visit(url, { user: "ann" }));
    expect(session).toMatchObject({ userId: "@ann:localhost" });
    await client.start();
    await client.logout();
  });
});
