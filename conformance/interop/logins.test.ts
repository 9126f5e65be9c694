// Logins at Synapse: by OAuth 2.0, as it has them with the authentication service of its makers, whose place the provider from npm takes, and by
// single sign-on. Left out with one line where Synapse cannot be had.
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Client, createClient, memoryStore, silentLogger, type Store } from "@patrix/client";
import { loopback } from "@patrix/client/node";
import { type AuthorizationSite, openAuthorizationSite } from "@patrix/login-sites/authorization-site";
import { visit } from "@patrix/login-sites/person";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../outside/free-port.ts";
import type { RunningProgram } from "./program.ts";
import { startClientSynapse, synapse } from "./synapse.ts";

const prepared = await synapse.prepare();
if ("missing" in prepared) process.stderr.write(`skipped: logins at Synapse, since ${prepared.missing}\n`);
const command = "missing" in prepared ? "" : prepared.command;
const secret = "shared";
const redirectUri = "https://app.example.com/callback";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

describe.skipIf(command === "")("a login at Synapse", () => {
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });

  /** A Synapse that knows an authorization server. */
  async function start(url: string, clientPort: number, more: object): Promise<RunningProgram> {
    const folder = await mkdtemp(join(tmpdir(), "patrix-logins-"));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const running = await startClientSynapse(command, { serverName: "localhost", folder, clientPort }, { public_baseurl: url, ...more });
    ends.push(() => running.end("SIGKILL"));
    return running;
  }

  /** Says something to Synapse as the authentication service does. */
  async function tell(url: string, what: string, body: object): Promise<void> {
    const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
    const answer = await fetch(`${url}/_synapse/mas/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  }

  const devices = new Set<string>();
  /** Says what a token is for that Synapse asks about; its device is there by then. */
  async function introspect(site: AuthorizationSite, url: string, { request, response }: Exchange): Promise<void> {
    const found = await site.find(new URLSearchParams(await text(request)).get("token") ?? "");
    if (found && !devices.has(found.device)) await tell(url, "upsert_device", { localpart: found.user, device_id: found.device });
    if (found) devices.add(found.device);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(found ? { active: true, scope: found.scope, username: found.user } : { active: false }));
  }

  const open = (url: string, store: Store = memoryStore()): Promise<Client> => createClient(url, { store, logger: silentLogger });

  it("by OAuth 2.0 is offered, works from a page and from a program, goes on over a refresh and is ended", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const site: AuthorizationSite = await openAuthorizationSite({
      homeserver: url,
      intercept: (request, response) => {
        if (request.url !== "/oauth2/introspect") return false;
        void introspect(site, url, { request, response });
        return true;
      },
    });
    ends.push(async () => site[Symbol.asyncDispose]());
    await start(url, port, {
      enable_registration: false,
      matrix_authentication_service: { enabled: true, endpoint: `${site.issuer}/`, secret },
    });
    await tell(url, "provision_user", { localpart: "ann" });
    const store = memoryStore();
    const client = await open(url, store);
    expect(await client.login.flows()).toEqual(["oauth"]);
    const session = await client.login.complete(await visit(await client.login.beginOAuth({ redirectUri }), { user: "ann" }));
    expect(session).toMatchObject({ userId: "@ann:localhost", oauth: { issuer: site.issuer } });
    await client.start();
    const room = await client.rooms.create({ name: "Tea" });
    await client.stop();
    // Synapse believes a token for two minutes: whoever was away for longer comes with one that has ended.
    site.expire();
    const again = await createClient(url, {
      store,
      logger: silentLogger,
      clock: { now: () => Date.now() + 290_000, sleep: async () => {} },
    });
    await again.rooms.join(room.id);
    expect(again.session.value?.refreshToken).not.toBe(session?.refreshToken);
    expect(again.session.value?.deviceId).toBe(session?.deviceId);
    expect(await again.login.accountPage()).toBe(`${site.issuer}/account?lang=en`);
    const program = await open(url);
    const clientMetadata = { client_name: "Program", client_uri: "https://program.example.org/" };
    const openPage = async (page: string): Promise<void> => void fetch(await visit(page, { user: "ann" }));
    expect(await program.login.oauth({ visit: loopback({ open: openPage }), clientMetadata })).toMatchObject({ userId: "@ann:localhost" });
    await again.logout();
    expect(site.asked).toContain("POST /token/revocation");
  });

  it("by single sign-on is offered with who can say who a user is, and works from a page and from a program", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const clients = [{ client_id: "synapse", client_secret: "tea", redirect_uris: [`${url}/_synapse/client/oidc/callback`] }];
    const site = await openAuthorizationSite({ homeserver: url, clients });
    ends.push(async () => site[Symbol.asyncDispose]());
    const provider = {
      idp_id: "tea",
      idp_name: "Tea House",
      issuer: site.issuer,
      client_id: "synapse",
      client_secret: "tea",
      scopes: ["openid"],
      skip_verification: true,
      user_mapping_provider: { config: { localpart_template: "{{ user.sub }}" } },
    };
    await start(url, port, { oidc_providers: [provider], sso: { client_whitelist: ["https://app.example.com/", "http://127.0.0.1:"] } });
    const store = memoryStore();
    const first = await open(url, store);
    expect(await first.login.flows()).toContain("m.login.sso");
    const [idp] = await first.login.identityProviders();
    expect(idp).toMatchObject({ name: "Tea House" });
    const page = await first.login.beginSso({ redirectUri, idp: idp?.id, deviceName: "Kitchen" });
    const second = await open(url, store);
    expect(await second.login.complete(await visit(page, { user: "bea", over: [site.issuer] }))).toMatchObject({
      userId: "@bea:localhost",
    });
    await second.start();
    await second.logout();
    const openPage = async (begun: string): Promise<void> => void fetch(await visit(begun, { user: "bea", over: [site.issuer] }));
    expect(await (await open(url)).login.sso({ visit: loopback({ open: openPage }) })).toMatchObject({ userId: "@bea:localhost" });
  });
});
