/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What becomes of the session of a login by OAuth 2.0: refreshes, faults, ends.
import { type Client, memoryStore, type Store } from "@patrix/client";
import { getJoinedRooms, getTokenOwner } from "@patrix/client-api";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { logIn, movableClock, openClient, redirectUri, watchedNetwork, type WatchedNetwork } from "./logged-in.ts";
import { openOAuthSite, type OAuthSite } from "@patrix/login-sites/oauth-site";
import { visit } from "@patrix/login-sites/person";

let site: OAuthSite;
let describeServer: OAuthSite["describe"];
beforeAll(async () => {
  site = await openOAuthSite(["ann", "bea"]);
  describeServer = site.describe;
});
afterEach(() => {
  Object.assign(site, { describe: describeServer, isSoft: false, lifetime: 300 });
});
afterAll(async () => site?.[Symbol.asyncDispose]());

const whoAmI = (client: Client): Promise<unknown> => client.api.send(getTokenOwner, {});
const roomsOf = async (client: Client): Promise<readonly string[]> => (await client.api.send(getJoinedRooms, {})).joined_rooms;
const times = (asked: readonly string[], what: string): number => asked.filter((each) => each === what).length;

/** A client of somebody who is logged in, with its network and its store. */
async function loggedIn(store: Store = memoryStore()): Promise<{
  client: Client;
  network: WatchedNetwork;
  store: Store;
  clock: ReturnType<typeof movableClock>;
}> {
  const [network, clock] = [watchedNetwork(), movableClock()];
  const client = await openClient(site, { store, clock, fetch: network.fetch });
  await logIn(client);
  network.asked.length = 0;
  return { client, network, store, clock };
}

/** Whether the server takes a refresh token. Asking uses it up. */
async function isAlive(client: Client, session = client.session.value): Promise<boolean> {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: session?.refreshToken ?? "",
    client_id: session?.oauth?.clientId ?? "",
  });
  return (await fetch(`${site.issuer}/token`, { method: "POST", body })).ok;
}

/** Answers with a fault so many times, and lets pass then. */
function failing(
  count: number,
  path: string,
  fault: (init: RequestInit | undefined) => Response | Promise<Response>,
): WatchedNetwork["intercept"] {
  let left = count;
  return (asked, init) => {
    if (asked !== path || left === 0) return undefined;
    left -= 1;
    return fault(init);
  };
}

describe("a refresh", () => {
  it("happens once for however many requests want it, and is kept before it is used", async () => {
    const { client, network, store } = await loggedIn();
    const before = client.session.value;
    site.expire();
    const kept: unknown[] = [];
    network.intercept = async (path) => {
      if (path.endsWith("/whoami")) kept.push(await store.get("session", "current"));
      return undefined;
    };
    await Promise.all(Array.from({ length: 8 }, () => whoAmI(client)));
    expect(times(network.asked, "POST /token")).toBe(1);
    const after = client.session.value;
    expect(after).toMatchObject({ userId: before?.userId, deviceId: before?.deviceId, oauth: before?.oauth });
    expect([after?.accessToken, after?.refreshToken]).not.toContain(before?.accessToken);
    expect(after?.refreshToken).not.toBe(before?.refreshToken);
    // Each second try found the new tokens in the store.
    expect(kept.slice(-8)).toEqual(Array.from({ length: 8 }, () => after));
  });

  it("comes before the access token has ended, and not again and again for tokens that live shortly", async () => {
    const { client, network, clock } = await loggedIn();
    await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(0);
    clock.offsetMs = 250_000;
    await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(1);
    site.lifetime = 30;
    clock.offsetMs += 250_000;
    for (let i = 0; i < 5; i += 1) await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(2);
    clock.offsetMs += 20_000;
    await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(3);
  });

  it.each<[string, (init: RequestInit | undefined) => Response | Promise<Response>]>([
    ["the server fails", () => new Response("<h1>Internal error</h1>", { status: 500 })],
    ["there are too many", () => Response.json({ error: "slow_down" }, { status: 429, headers: { "retry-after": "1" } })],
    [
      "the answer is lost",
      async (init) => {
        await fetch(`${site.issuer}/token`, init);
        throw new TypeError("connection reset");
      },
    ],
    ["the answer is cut", async (init) => new Response((await (await fetch(`${site.issuer}/token`, init)).text()).slice(0, -9))],
    ["something before the server refuses it", () => new Response("<h1>Blocked</h1>", { status: 403 })],
  ])("is tried again where %s, and no request is lost by it", async (_, fault) => {
    const { client, network } = await loggedIn();
    const before = (await roomsOf(client)).length;
    site.expire();
    network.intercept = failing(3, "/token", fault);
    // Not to be repeated by itself, since nobody knows what came of it; here it is known.
    await client.rooms.create({ name: "made once" });
    expect(times(network.asked, "POST /token")).toBe(4);
    expect(await roomsOf(client)).toHaveLength(before + 1);
    network.intercept = failing(100, "/token", fault);
    site.expire();
    await expect(whoAmI(client)).rejects.not.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    // Nobody was logged out by it.
    network.intercept = undefined;
    await whoAmI(client);
  });

  it("that fails ahead of time does not keep requests from the token that is still good", async () => {
    const { client, network, clock } = await loggedIn();
    clock.offsetMs = 250_000;
    network.intercept = failing(100, "/token", () => new Response("", { status: 500 }));
    for (let i = 0; i < 5; i += 1) await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(1);
    clock.offsetMs += 10_000;
    network.intercept = undefined;
    await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(2);
  });

  it("loses no session where the program ends before it could keep it", async () => {
    const store = memoryStore();
    let isDown = false;
    const failingStore: Store = {
      ...store,
      write: async (changes) => {
        if (isDown) throw new Error("the power is gone");
        await store.write(changes);
      },
    };
    const { client } = await loggedIn(failingStore);
    const before = client.session.value;
    site.expire();
    isDown = true;
    await expect(whoAmI(client)).rejects.toThrow("the power is gone");
    // What was not kept is not used.
    expect(client.session.value).toBe(before);
    const again = await openClient(site, { store });
    expect(again.session.value).toEqual(before);
    await whoAmI(again);
    expect(again.session.value?.refreshToken).not.toBe(before?.refreshToken);
  });

  it("does not bring back a session that was ended meanwhile", async () => {
    const { client, network, store } = await loggedIn();
    site.expire();
    let pass = (): void => {};
    const gate = new Promise<void>((resolve) => (pass = resolve));
    const old = client.session.value?.refreshToken;
    let revoked: string | null = null;
    network.intercept = async (path, init) => {
      if (path === "/token") await gate;
      if (path === "/token/revocation" && typeof init?.body === "string") revoked = new URLSearchParams(init.body).get("token");
      return undefined;
    };
    const asking = whoAmI(client).catch((error: unknown) => error);
    await expect.poll(() => network.asked).toContain("POST /token");
    const ending = client.logout();
    pass();
    await ending;
    await asking;
    expect([client.session.value, await store.get("session", "current")]).toEqual([undefined, undefined]);
    // What came meanwhile is revoked, and not what was there before.
    expect([revoked, revoked === old]).toEqual([expect.any(String), false]);
    expect(network.asked.filter((each) => !each.includes("_matrix"))).toEqual(["POST /token", "POST /token/revocation"]);
  });

  it("sends no token to another authorization server that is named all at once", async () => {
    const { client, network } = await loggedIn();
    const session = client.session.value;
    for (const describe of [() => ({}), (metadata: object) => ({ ...metadata, issuer: "http://127.0.0.1:1" })]) {
      site.describe = describe;
      const again = await openClient(site, { store: memoryStore(), fetch: network.fetch, retry: { limit: 0 } });
      await again[Symbol.asyncDispose]();
    }
    const store = memoryStore();
    await store.write([{ table: "session", key: "current", value: session }]);
    site.expire();
    site.describe = (metadata) => ({ ...metadata, issuer: "http://127.0.0.1:1", token_endpoint: "http://127.0.0.1:1/token" });
    network.asked.length = 0;
    const restored = await openClient(site, { store, fetch: network.fetch });
    await expect(whoAmI(restored)).rejects.toMatchObject({ code: "OAUTH_UNUSABLE", message: expect.stringContaining("issuer:") });
    await expect(restored.logout()).rejects.toMatchObject({ code: "OAUTH_UNUSABLE" });
    expect(network.asked.filter((each) => each.startsWith("POST"))).toEqual([]);
    // It may be a mistake of the server: the session is still there.
    expect(restored.session.value).toEqual(session);
    site.describe = describeServer;
    await whoAmI(await openClient(site, { store }));
  });
});

describe("the end of a session", () => {
  it("is told once the server refuses the refresh token, and nothing is asked with it again", async () => {
    const { client, network, store } = await loggedIn();
    await client.start();
    const running = client.run();
    site.endSessions();
    network.asked.length = 0;
    await expect(whoAmI(client)).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    await expect(running).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    expect(times(network.asked, "POST /token")).toBe(1);
    expect([client.session.value, await store.get("session", "current")]).toEqual([undefined, undefined]);
    await expect(whoAmI(client)).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    await client.stop();
  });

  it("ahead of time is waited for with the token that is still good", async () => {
    const { client, network, clock } = await loggedIn();
    clock.offsetMs = 250_000;
    network.intercept = (path) => (path === "/token" ? Response.json({ error: "invalid_grant" }, { status: 400 }) : undefined);
    for (let i = 0; i < 3; i += 1) await whoAmI(client);
    expect(times(network.asked, "POST /token")).toBe(1);
    site.expire();
    await expect(whoAmI(client)).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    expect(client.session.value).toBeUndefined();
  });

  it("that is soft keeps the device for the next login, by whatever page it comes", async () => {
    const store = memoryStore();
    const { client } = await loggedIn(store);
    const before = client.session.value;
    site.isSoft = true;
    site.endSessions();
    await expect(whoAmI(client)).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
    expect(client.session.value).toBeUndefined();
    const url = await client.login.beginOAuth({ redirectUri });
    // The page was left meanwhile.
    const again = await openClient(site, { store });
    const session = await again.login.complete(await visit(url, { user: "ann" }));
    expect(session).toMatchObject({ userId: before?.userId, deviceId: before?.deviceId });
    expect(session?.oauth?.clientId).not.toBe(before?.oauth?.clientId);
    await whoAmI(again);
  });

  it("by logging out revokes the tokens, all of them", async () => {
    const { client, network, store } = await loggedIn();
    const session = client.session.value;
    const other = await openClient(site);
    await logIn(other);
    await client.logout();
    expect(network.asked.filter((each) => each.startsWith("POST"))).toEqual(["POST /token/revocation"]);
    expect([client.session.value, await store.get("session", "current")]).toEqual([undefined, undefined]);
    expect(await isAlive(client, session)).toBe(false);
    const headers = { authorization: `Bearer ${session?.accessToken}` };
    expect((await fetch(`${site.url}/_matrix/client/v3/account/whoami`, { headers })).status).toBe(401);
    // Other devices go on.
    await whoAmI(other);
    // An access token that has ended stands for nothing: the refresh token does.
    const ended = other.session.value;
    site.expire();
    await other.logout();
    expect(await isAlive(other, ended)).toBe(false);
  });

  it("is not told where the server was not reached, and can be asked for again", async () => {
    const { client, network } = await loggedIn();
    network.intercept = failing(1, "/token/revocation", () => new Response("", { status: 503 }));
    await expect(client.logout()).rejects.toMatchObject({ status: 503 });
    expect(client.session.value).toBeDefined();
    await whoAmI(client);
    await client.logout();
    expect(client.session.value).toBeUndefined();
  });

  it("is as good where the server has ended it already, or has forgotten the client with it", async () => {
    const { client } = await loggedIn();
    site.endSessions();
    await client.logout();
    expect(client.session.value).toBeUndefined();
    const { client: forgotten, network } = await loggedIn();
    network.intercept = failing(1, "/token/revocation", () => Response.json({ error: "invalid_client" }, { status: 401 }));
    await forgotten.logout();
    expect(forgotten.session.value).toBeUndefined();
    await forgotten.logout();
  });
});
