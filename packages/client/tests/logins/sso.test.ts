// Logins by single sign-on, with a page of our own before a homeserver of ours.
import { memoryStore } from "@patrix/client";
import { loopback } from "@patrix/client/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openClient, redirectUri, watchedNetwork } from "./logged-in.ts";
import { visit } from "@patrix/login-sites/person";
import { loginToken, openSsoSite, type SsoSite } from "@patrix/login-sites/sso-site";

let site: SsoSite;
let flows: SsoSite["flows"];
beforeAll(async () => {
  site = await openSsoSite(["ann", "bea"]);
  ({ flows } = site);
});
afterEach(() => {
  site.flows = flows;
});
afterAll(async () => site?.[Symbol.asyncDispose]());

const notBegun = { code: "LOGIN_NOT_BEGUN" };

describe("a login by single sign-on", () => {
  it("is offered with those who can say who a user is", async () => {
    const client = await openClient(site);
    expect([await client.login.flows(), await client.login.identityProviders()]).toEqual([
      ["m.login.sso", "m.login.token", "m.login.password"],
      [],
    ]);
    const tea = { id: "com.example.tea", name: "Tea House", brand: "teahouse", icon: "mxc://localhost/tea" };
    site.flows = [{ type: "m.login.sso", identity_providers: [tea, { id: 7 }] }, { type: "m.login.password" }];
    expect(await client.login.identityProviders()).toEqual([tea]);
    // Whoever knows of OAuth is sent to the server's own page.
    site.flows = [{ type: "m.login.password" }, { type: "m.login.sso", oauth_aware_preferred: true }, { type: "m.login.token" }];
    expect(await client.login.flows()).toEqual(["m.login.sso", "m.login.token"]);
    site.flows = [{ type: "m.login.sso", identity_providers: [{ ...tea, name: "x".repeat(300_000) }] }];
    await expect(client.login.identityProviders()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    site.flows = [];
    expect([await client.login.flows(), await client.login.identityProviders()]).toEqual([[], []]);
  });

  it("is ended by another run of the program, and goes on like any session", async () => {
    const store = memoryStore();
    const first = await openClient(site, { store });
    const url = await first.login.beginSso({ redirectUri, deviceName: "Kitchen", action: "register" });
    expect(url).toMatch(new RegExp(`^${site.url}/_matrix/client/v3/login/sso/redirect\\?`));
    const callback = await visit(url, { user: "ann" });
    const asked = site.redirects.at(-1)?.searchParams;
    expect([asked?.get("action"), asked?.get("redirectUrl")]).toEqual([
      "register",
      expect.stringMatching(/^https:\/\/app\.example\.com\/callback\?of=test&state=\w{32}$/),
    ]);
    const second = await openClient(site, { store });
    const session = await second.login.complete(callback);
    expect(session).toMatchObject({ userId: "@ann:localhost", refreshToken: expect.any(String) });
    const devices = await site.server.request("GET", "/_matrix/client/v3/devices", undefined, session?.accessToken);
    expect(devices.body["devices"]).toContainEqual(expect.objectContaining({ device_id: session?.deviceId, display_name: "Kitchen" }));
    expect((await openClient(site, { store })).session.value).toEqual(session);
    await second.logout();
    expect(second.session.value).toBeUndefined();
  });

  it("takes the identity provider that the user has chosen, whatever its ID", async () => {
    const client = await openClient(site);
    await visit(await client.login.beginSso({ redirectUri, idp: "tea/house ?" }), { user: "ann" });
    expect(site.redirects.at(-1)?.pathname).toBe("/_matrix/client/v3/login/sso/redirect/tea%2Fhouse%20%3F");
    expect(site.redirects.at(-1)?.searchParams.get("action")).toBe("login");
  });

  it("is ended by no token that somebody slips in", async () => {
    const client = await openClient(site);
    const network = watchedNetwork();
    const callback = new URL(await visit(await client.login.beginSso({ redirectUri }), { user: "ann" }));
    const foreign = await loginToken(site.server, "bea");
    const changed = (change: (parameters: URLSearchParams) => void): string => {
      const url = new URL(callback);
      change(url.searchParams);
      return url.href;
    };
    const tries = [
      `https://app.example.com/?loginToken=${foreign}`,
      `https://app.example.com/#loginToken=${foreign}`,
      `https://app.example.com/?state=guessed&loginToken=${foreign}`,
      changed((parameters) => parameters.append("state", "another")),
      changed((parameters) => parameters.delete("state")),
    ];
    for (const url of tries) {
      const ending = client.login.complete(url);
      if (url.includes("#")) expect(await ending).toBeUndefined();
      else await expect(ending).rejects.toMatchObject(notBegun);
    }
    await expect(client.login.complete(changed((parameters) => parameters.append("loginToken", foreign)))).rejects.toMatchObject({
      code: "UNEXPECTED_RESPONSE",
      message: expect.stringContaining("loginToken:"),
    });
    // At another homeserver nothing is sent.
    const other = await openClient({ url: site.server.url }, { fetch: network.fetch });
    await expect(other.login.complete(callback.href)).rejects.toMatchObject(notBegun);
    expect(network.asked.filter((each) => each.startsWith("POST"))).toEqual([]);
    expect(client.session.value).toBeUndefined();
    expect(await client.login.complete(callback.href)).toMatchObject({ userId: "@ann:localhost" });
    await expect(client.login.complete(callback.href)).rejects.toMatchObject(notBegun);
  });

  it("sends no token to another homeserver than the one that it was begun at", async () => {
    const store = memoryStore();
    const callback = await visit(await (await openClient(site, { store })).login.beginSso({ redirectUri }), { user: "ann" });
    const network = watchedNetwork();
    const other = await openClient({ url: site.server.url }, { store, fetch: network.fetch });
    await expect(other.login.complete(callback)).rejects.toMatchObject({
      ...notBegun,
      message: expect.stringContaining("another homeserver"),
    });
    expect(network.asked.filter((each) => each.startsWith("POST"))).toEqual([]);
  });

  it("tells that a token is used up, and is over then", async () => {
    const client = await openClient(site);
    const callback = await visit(await client.login.beginSso({ redirectUri }), { user: "ann" });
    await client.login.token(new URL(callback).searchParams.get("loginToken") ?? "");
    await expect(client.login.complete(callback)).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    await expect(client.login.complete(callback)).rejects.toMatchObject(notBegun);
  });

  it("works from a program, through the browser of the same computer", async () => {
    const client = await openClient(site);
    const pages: string[] = [];
    const open = async (url: string): Promise<void> => {
      const callback = await visit(url, { user: "bea" });
      expect(callback).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?state=\w+&loginToken=/);
      void fetch(callback).then(async (response) => pages.push(await response.text()));
    };
    const session = await client.login.sso({ visit: loopback({ open }), deviceId: "TERMINAL" });
    expect(session).toMatchObject({ userId: "@bea:localhost", deviceId: "TERMINAL" });
    await expect.poll(() => pages).toEqual([expect.stringContaining("You may close this window")]);
  });
});
