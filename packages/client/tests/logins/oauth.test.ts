/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Logins by OAuth 2.0, with a provider from npm before a homeserver of ours.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, type ClientMetadata, memoryStore, type Session, silentLogger, type UiaStage } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { getTokenOwner } from "@patrix/client-api";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { logIn, movableClock, openClient, redirectUri, watchedNetwork } from "./logged-in.ts";
import { openOAuthSite, type OAuthSite } from "@patrix/login-sites/oauth-site";
import { visit } from "@patrix/login-sites/person";

let site: OAuthSite;
let describeServer: OAuthSite["describe"];
beforeAll(async () => {
  site = await openOAuthSite(["ann", "bea", "cat"]);
  describeServer = site.describe;
});
afterEach(() => {
  Object.assign(site, { describe: describeServer, flows: undefined, isSoft: false, lifetime: 300 });
});
afterAll(async () => site?.[Symbol.asyncDispose]());

const whoAmI = (client: Client): Promise<{ device_id?: string | undefined }> => client.api.send(getTokenOwner, {});
const count = (asked: readonly string[], what: string): number => asked.filter((each) => each === what).length;
/** What a page that was begun asks for. */
const parametersOf = (url: string): URLSearchParams => new URL(url).searchParams;

describe("a login by OAuth 2.0", () => {
  it("registers the client, asks for one device with PKCE, and is ended by another run of the program", async () => {
    const store = memoryStore();
    const first = await openClient(site, { store });
    expect(await first.login.flows()).toEqual(["oauth"]);
    const url = await first.login.beginOAuth({ redirectUri, clientMetadata: { client_name: "Clock", "client_name#fr": "Horloge" } });
    const parameters = parametersOf(url);
    expect(Object.fromEntries(parameters)).toMatchObject({
      response_type: "code",
      response_mode: "fragment",
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: redirectUri,
      scope: expect.stringMatching(/^urn:matrix:client:api:\* urn:matrix:client:device:[A-Z2-7]{10}$/),
      state: expect.stringMatching(/^\w{32}$/),
    });
    const callback = await visit(url, { user: "ann" });
    expect(callback).toMatch(/^https:\/\/app\.example\.com\/callback\?of=test#.*code=/);
    const second = await openClient(site, { store });
    const session = await second.login.complete(callback);
    expect(session).toMatchObject({ userId: "@ann:localhost", homeserver: site.url, oauth: { issuer: site.issuer } });
    expect((await whoAmI(second)).device_id).toBe(session?.deviceId);
    expect(parameters.get("scope")).toContain(`:device:${session?.deviceId}`);
    expect(parameters.get("client_id")).toBe(session?.oauth?.clientId);
    expect(second.session.value).toEqual(session);
    // Nothing secret of the login is left.
    expect(await store.get("session", "logins")).toBeUndefined();
    const third = await openClient(site, { store });
    expect(third.session.value).toEqual(session);
    await third.start();
    await third.stop();
  });

  it("registers anew for each login, as the specification has it, and not at all with an ID from elsewhere", async () => {
    const client = await openClient(site);
    site.asked.length = 0;
    const ids = [await client.login.beginOAuth({ redirectUri }), await client.login.beginOAuth({ redirectUri })].map((url) =>
      parametersOf(url).get("client_id"),
    );
    expect(new Set(ids).size).toBe(2);
    expect(count(site.asked, "POST /reg")).toBe(2);
    const clientId = ids[0] ?? "";
    const url = await client.login.beginOAuth({ redirectUri, clientId });
    expect(count(site.asked, "POST /reg")).toBe(2);
    expect(await client.login.complete(await visit(url, { user: "ann" }))).toMatchObject({ oauth: { clientId } });
  });

  it("finds nothing to end in other addresses", async () => {
    const client = await openClient(site);
    for (const url of ["", "nonsense", redirectUri, "https://app.example.com/?state=x", "https://app.example.com/?code=x#code=y"])
      expect(await client.login.complete(url)).toBeUndefined();
  });

  it("is ended by no answer that is not its own", async () => {
    const client = await openClient(site);
    const callback = await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" });
    const bad = (from: RegExp | string, to: string): string => {
      const changed = callback.replace(from, to);
      expect(changed).not.toBe(callback);
      return changed;
    };
    const foreign = await openClient(site);
    const notBegun = { code: "LOGIN_NOT_BEGUN" };
    await expect(foreign.login.complete(callback)).rejects.toMatchObject(notBegun);
    for (const url of [bad(/state=./, "state="), bad(/state=/, "state=a&state="), bad(/iss=[^&]*/, "iss=https%3A%2F%2Fevil.example")])
      await expect(client.login.complete(url)).rejects.toMatchObject(notBegun);
    // The provider says that it names itself.
    await expect(client.login.complete(bad(/&iss=[^&]*/, ""))).rejects.toMatchObject(notBegun);
    expect(client.session.value).toBeUndefined();
    // It is still there to be ended.
    expect(await client.login.complete(callback)).toMatchObject({ userId: "@ann:localhost" });
    await expect(client.login.complete(callback)).rejects.toMatchObject(notBegun);
  });

  it("tells of a refusal and of a code that is no good, and is over then", async () => {
    const client = await openClient(site);
    const refused = await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann", refuses: true });
    const denial = { name: "OAuthError", code: "OAUTH_ERROR", error: "access_denied", message: expect.stringContaining("does not want") };
    await expect(client.login.complete(refused)).rejects.toMatchObject(denial);
    await expect(client.login.complete(refused)).rejects.toMatchObject({ code: "LOGIN_NOT_BEGUN" });
    const callback = await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" });
    const tooLate = { error: "invalid_grant", message: expect.stringContaining("token_endpoint: invalid_grant") };
    await expect(client.login.complete(callback.replace(/code=./, "code=_"))).rejects.toMatchObject(tooLate);
    await expect(client.login.complete(callback)).rejects.toMatchObject({ code: "LOGIN_NOT_BEGUN" });
    expect(client.session.value).toBeUndefined();
  });

  it("asked to end twice at once, as pages do, exchanges the code once", async () => {
    const client = await openClient(site);
    const callback = await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" });
    site.asked.length = 0;
    const [one, two] = await Promise.all([client.login.complete(callback), client.login.complete(callback)]);
    expect(one).toBe(two);
    expect(count(site.asked, "POST /token")).toBe(1);
  });

  it("goes on where the network has failed it", async () => {
    const network = watchedNetwork();
    const store = memoryStore();
    const client = await openClient(site, { store, fetch: network.fetch, retry: { limit: 0 } });
    const callback = await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" });
    const faults: Record<string, () => Response> = {
      "/token": () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
      "/_matrix/client/v3/account/whoami": () => {
        throw new TypeError("connection reset");
      },
    };
    network.intercept = (path) => {
      const fault = faults[path];
      delete faults[path];
      return fault?.();
    };
    await expect(client.login.complete(callback)).rejects.toMatchObject({ status: 502 });
    await expect(client.login.complete(callback)).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    // The code is used up by now, and the program begins again.
    const again = await openClient(site, { store });
    expect(await again.login.complete(callback)).toMatchObject({ userId: "@ann:localhost" });
  });

  it("refuses tokens for another device or for less than it asked for", async () => {
    const network = watchedNetwork();
    const client = await openClient(site, { fetch: network.fetch });
    const begin = async (): Promise<string> => visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" });
    network.intercept = async (path, init) => {
      if (path !== "/token") return undefined;
      const answer = (await (await fetch(`${site.issuer}/token`, init)).json()) as object;
      return Response.json({ ...answer, scope: "urn:matrix:client:api:*" });
    };
    const less = { error: "invalid_scope", message: expect.stringContaining("urn:matrix:client:device:") };
    await expect(client.login.complete(await begin())).rejects.toMatchObject(less);
    expect(network.asked).toContain("POST /token/revocation");
    network.intercept = (path) => (path.endsWith("/whoami") ? Response.json({ user_id: "@ann:localhost", device_id: "OTHER" }) : undefined);
    network.asked.length = 0;
    await expect(client.login.complete(await begin())).rejects.toMatchObject({
      code: "OAUTH_UNUSABLE",
      message: expect.stringContaining("device_id"),
    });
    expect(network.asked).toContain("POST /token/revocation");
    expect(client.session.value).toBeUndefined();
  });

  it("keeps at most five logins that were begun, for a day", async () => {
    const clock = movableClock();
    const store = memoryStore();
    const client = await openClient(site, { store, clock });
    const callbacks: string[] = [];
    for (let i = 0; i < 6; i += 1) callbacks.push(await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" }));
    expect(await store.get("session", "logins")).toHaveLength(5);
    await expect(client.login.complete(callbacks[0] ?? "")).rejects.toMatchObject({ code: "LOGIN_NOT_BEGUN" });
    clock.offsetMs = 86_400_000;
    await expect(client.login.complete(callbacks[5] ?? "")).rejects.toMatchObject({ code: "LOGIN_NOT_BEGUN" });
    clock.offsetMs = 86_390_000;
    await client.login.complete(callbacks[5] ?? "");
    expect(await store.get("session", "logins")).toBeUndefined();
  });

  it("asks for a page to register on where there is one, and for a device of the user's", async () => {
    const client = await openClient(site);
    const options = { redirectUri, deviceId: "MY-DEVICE" } as const;
    const parameters = parametersOf(await client.login.beginOAuth({ ...options, action: "register" }));
    expect([parameters.get("prompt"), parameters.get("scope")]).toEqual(["create", expect.stringMatching(/:device:MY-DEVICE$/)]);
    site.describe = (metadata) => ({ ...metadata, prompt_values_supported: [] });
    const without = await openClient(site);
    expect(parametersOf(await without.login.beginOAuth({ ...options, action: "register" })).get("prompt")).toBeNull();
    await expect(client.login.beginOAuth({ redirectUri, deviceId: "my device" })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });

  it("asks by the names from before the specification where the server knows no others", async () => {
    const network = watchedNetwork();
    network.intercept = (path) => (path.endsWith("/versions") ? Response.json({ versions: ["v1.1", "v1.14"] }) : undefined);
    const client = await openClient(site, { fetch: network.fetch });
    expect(parametersOf(await client.login.beginOAuth({ redirectUri })).get("scope")).toMatch(
      /^urn:matrix:org\.matrix\.msc2967\.client:api:\* urn:matrix:org\.matrix\.msc2967\.client:device:\w+$/,
    );
    expect(network.asked).toContain("GET /_matrix/client/unstable/org.matrix.msc2965/auth_metadata");
    await logIn(client);
    expect((await whoAmI(client)).device_id).toBe(client.session.value?.deviceId);
  });

  it("tells where the account is managed, by what the server can do", async () => {
    const client = await openClient(site);
    expect(await client.login.accountPage()).toBe(`${site.issuer}/account?lang=en`);
    const removal = { action: "org.matrix.device_delete", deviceId: "OLD" } as const;
    expect(await client.login.accountPage(removal)).toBe(`${site.issuer}/account?lang=en&action=org.matrix.session_end&device_id=OLD`);
    expect(await client.login.accountPage({ action: "org.matrix.account_deactivate" })).toBe(`${site.issuer}/account?lang=en`);
    site.describe = (metadata) => ({ ...metadata, account_management_uri: undefined });
    expect(await (await openClient(site)).login.accountPage()).toBeUndefined();
    site.describe = (metadata) => ({ ...metadata, account_management_uri: "javascript:alert(1)" });
    await expect((await openClient(site)).login.accountPage()).rejects.toMatchObject({ code: "OAUTH_UNUSABLE" });
    expect(await (await openClient({ url: site.server.url })).login.accountPage()).toBeUndefined();
  });

  it("refuses what cannot be, naming the option", async () => {
    const client = await openClient(site);
    site.asked.length = 0;
    const cases: readonly (readonly [Parameters<typeof client.login.beginOAuth>[0], string])[] = [
      [{ redirectUri: "http://app.example.com/" }, "redirectUri"],
      [{ redirectUri: "javascript:alert(1)" }, "redirectUri"],
      [{ redirectUri: "https://app.example.com/#/login" }, "redirectUri"],
      [{ redirectUri: "https://me:secret@app.example.com/" }, "redirectUri"],
      [{ redirectUri: "http://127.0.0.1:8000/" }, "clientMetadata.client_uri"],
      [{ redirectUri, clientMetadata: { client_uri: "http://app.example.com/" } }, "clientMetadata.client_uri"],
      [{ redirectUri, clientMetadata: { logo_uri: "data:image/png,x" } }, "clientMetadata.logo_uri"],
    ];
    for (const [options, name] of cases)
      await expect(client.login.beginOAuth(options)).rejects.toMatchObject({
        code: "INVALID_OPTIONS",
        message: expect.stringContaining(`option ${name}:`),
      });
    expect(site.asked).toEqual([]);
  });

  it.each<[string, (metadata: Record<string, unknown>) => unknown, string]>([
    ["another scheme", (metadata) => ({ ...metadata, issuer: "ftp://127.0.0.1/" }), "issuer"],
    ["no endpoint", (metadata) => ({ ...metadata, token_endpoint: undefined }), "token_endpoint"],
    ["a list that is none", (metadata) => ({ ...metadata, grant_types_supported: "all" }), "grant_types_supported"],
    ["no PKCE", (metadata) => ({ ...metadata, code_challenge_methods_supported: ["plain"] }), "code_challenge_methods_supported"],
    ["no fragments", (metadata) => ({ ...metadata, response_modes_supported: ["query"] }), "response_modes_supported"],
    ["no object", () => [], "auth_metadata|getAuthMetadata"],
    ["no end", (metadata) => ({ ...metadata, more: "x".repeat(100_000) }), "bytes"],
  ])("is not begun with metadata that have %s", async (_, metadata, named) => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (line: unknown) => void warnings.push(String(line)) };
    const client = await openClient(site, { logger, retry: { limit: 0 } });
    site.describe = metadata;
    site.asked.length = 0;
    await expect(client.login.beginOAuth({ redirectUri })).rejects.toThrow(new RegExp(named));
    expect(site.asked.filter((each) => each.startsWith("POST"))).toEqual([]);
    if (named === "response_modes_supported") return;
    expect(await client.login.flows()).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^OAuth 2\.0 is not offered: /)]);
  });

  it("tells why the registration was refused", async () => {
    const network = watchedNetwork();
    const client = await openClient(site, { fetch: network.fetch });
    const register = (clientMetadata: ClientMetadata): Promise<string> => client.login.beginOAuth({ redirectUri, clientMetadata });
    await expect(register({ token_endpoint_auth_method: "none at all" })).rejects.toMatchObject({
      code: "OAUTH_ERROR",
      error: "invalid_client_metadata",
      message: expect.stringContaining("registration_endpoint: invalid_client_metadata: token_endpoint_auth_method"),
    });
    await expect(register({ token_endpoint_auth_method: "client_secret_post" })).rejects.toMatchObject({
      code: "OAUTH_UNUSABLE",
      message: expect.stringContaining("token_endpoint_auth_method:"),
    });
    const evil = { error: "\u001b[2Jinvalid", error_description: `\u202e${"x".repeat(1000)}` };
    network.intercept = (path) => (path === "/reg" ? Response.json(evil, { status: 400 }) : undefined);
    const message: unknown = await register({}).catch((error: unknown) => (error instanceof Error ? error.message : error));
    expect(message).toMatch(/^registration_endpoint:  \[2Jinvalid:  x{199}$/);
    network.intercept = (path) => (path === "/reg" ? Response.json({ client_id: 7 }, { status: 201 }) : undefined);
    await expect(register({})).rejects.toMatchObject({ code: "UNEXPECTED_RESPONSE", message: expect.stringContaining("client_id") });
    network.intercept = (path) => (path === "/reg" ? new Response("x".repeat(100_000), { status: 201 }) : undefined);
    await expect(register({})).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });

  it("sets up the identity of its user once that is confirmed on the page of the server", async () => {
    const network = watchedNetwork();
    await using client = await openClient(site, { fetch: network.fetch, encryption: true, clock: undefined });
    await logIn(client, { user: "cat" });
    await client.start();
    const url = `${site.issuer}/account?action=org.matrix.cross_signing_reset`;
    const wanted = { flows: [{ stages: ["m.oauth"] }], params: { "m.oauth": { url } }, session: "S" };
    const sent: unknown[] = [];
    network.intercept = (path, init) => {
      if (!path.endsWith("/keys/device_signing/upload") || typeof init?.body !== "string") return undefined;
      const { auth } = JSON.parse(init.body) as { auth?: unknown };
      sent.push(auth);
      return auth === undefined ? Response.json(wanted, { status: 401 }) : undefined;
    };
    const asked: UiaStage[] = [];
    const { recoveryKey } = await client.encryption.setup({ uia: (stage) => void asked.push(stage) });
    expect(asked).toEqual([{ type: "other", stage: "m.oauth", fallbackUrl: url }]);
    expect(sent).toEqual([undefined, { session: "S" }]);
    expect([recoveryKey, client.encryption.status.value.crossSigning]).toEqual([expect.any(String), "ready"]);
  });

  it("goes on encrypted, as the same device, through restarts and refreshes", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-logins-"));
    try {
      const run = async (task: (client: Client) => Promise<void>): Promise<Session | undefined> => {
        await using client = await openClient(site, { store: sqliteStore(join(folder, "me.db")), encryption: true, clock: undefined });
        await task(client);
        return client.session.value;
      };
      const sent: [`!${string}`, `$${string}`][] = [];
      const before = await run(async (client) => {
        await logIn(client, { user: "bea" });
        await client.start();
        const room = await client.rooms.create({ encrypted: true });
        sent.push([room.id, await room.send.text("sealed")]);
      });
      site.expire();
      const after = await run(async (client) => {
        await client.start();
        for (const [room, id] of sent) {
          const event = await client.rooms.get(room)?.event(id);
          expect([event?.is("m.room.message") && event.text, event?.encryption?.state]).toEqual(["sealed", "warning"]);
        }
      });
      expect(after).toMatchObject({ deviceId: before?.deviceId, oauth: before?.oauth });
      expect(after?.refreshToken).not.toBe(before?.refreshToken);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
