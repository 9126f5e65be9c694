/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The client in a real browser: its store under the contract of all stores, and what happens to a chat in it.
import { type Client, createClient, silentLogger } from "@patrix/client";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hear, says } from "../encrypted-rooms.ts";
import { type BrowserSite, chromiumPath, openBrowserSite, openTab, reload } from "./chromium.ts";
import type { Tab } from "./page.ts";

declare const tab: Tab;
const patient = { timeout: 30_000 };

describe.skipIf(chromiumPath === undefined)("the client in a browser", () => {
  let site: BrowserSite;
  let server: TestHomeserver;
  let users = 0;
  beforeAll(async () => {
    [site, server] = await Promise.all([openBrowserSite(), testHomeserver()]);
  });
  afterAll(async () => {
    await site?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** Somebody with an account, by their name and ID. */
  async function newUser(): Promise<{ user: string; userId: `@${string}:${string}` }> {
    const user = `user${(users += 1)}`;
    const { userId } = await server.register(user);
    return { user, userId };
  }

  /** A client of ours on Node, which joins what it is invited to. */
  async function nodeClient(user: string): Promise<Client> {
    const client = await createClient(server.url, { encryption: true, logger: silentLogger });
    await client.login.password(user, "secret");
    await client.start();
    client.on("m.room.member", ({ room }) => room.membership === "invite" && room.join());
    client.rooms.invites.subscribe((rooms) => rooms.forEach((room) => void room.join().catch(() => {})));
    return client;
  }

  /** A tab in which somebody is logged in and talks to another one, who is on Node, in an encrypted room. */
  async function chat(
    context: BrowserContext,
  ): Promise<{ page: Page; roomId: `!${string}`; other: Client; user: string; deviceId: string }> {
    const [me, them] = [await newUser(), await newUser()];
    const other = await nodeClient(them.user);
    const page = await openTab(context, site);
    expect(await page.evaluate((url) => tab.open(url), server.url)).toBe("ok");
    const deviceId = await page.evaluate((user) => tab.logIn(user), me.user);
    expect(await page.evaluate(() => tab.start())).toBe("ok");
    // Rooms have IDs of this form.
    const roomId = (await page.evaluate((userId) => tab.createRoom(userId), them.userId)) as `!${string}`;
    await other.rooms.list().until((rooms) => rooms.some(({ id, membership }) => id === roomId && membership === "join"));
    return { page, roomId, other, user: me.user, deviceId };
  }

  it.each([["plain", undefined] as const, ["encrypted", "sesame"] as const])("keeps the contract of stores: %s", async (_, passphrase) => {
    await using context = await site.newContext();
    const page = await openTab(context, site);
    const { passed, failures } = await page.evaluate((given) => tab.contract(given), passphrase);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThanOrEqual(5);
  });

  it("talks in an encrypted room, and reads it after a reload on the same device", async () => {
    await using context = await site.newContext();
    const { page, roomId, other, deviceId } = await chat(context);
    await using _other = other;
    const heard = hear(other);
    const mine = await page.evaluate((id) => tab.send(id, "from the browser"), roomId);
    expect((await heard(says("from the browser"))).encryption?.state).toBe("warning");
    const theirs = await other.rooms.get(roomId)!.send.text("from Node");
    await expect.poll(() => page.evaluate(() => tab.heard()), patient).toContain("from Node");
    await reload(page);
    expect(await page.evaluate((url) => tab.open(url), server.url)).toBe("ok");
    expect(await page.evaluate(() => tab.device())).toBe(deviceId);
    expect(await page.evaluate(() => tab.start())).toBe("ok");
    for (const [id, text] of [
      [mine, "from the browser"],
      [theirs, "from Node"],
    ] as const)
      expect(await page.evaluate(([room, event]) => tab.read(room, event), [roomId, id] as const)).toEqual([expect.any(String), text]);
    await page.evaluate((id) => tab.send(id, "still here"), roomId);
    await heard(says("still here"));
    expect(site.complaints).toEqual([]);
  });

  it("sends what was written offline when the network is back, and hears what it missed", async () => {
    await using context = await site.newContext();
    const { page, roomId, other } = await chat(context);
    await using _other = other;
    const heard = hear(other);
    await page.evaluate((id) => tab.send(id, "online"), roomId);
    await context.setOffline(true);
    await expect.poll(() => page.evaluate(() => tab.online()), patient).not.toBe("syncing");
    await page.evaluate((id) => tab.queue(id, "offline"), roomId);
    await other.rooms.get(roomId)!.send.text("missed");
    await context.setOffline(false);
    await heard(says("offline"));
    await expect.poll(() => page.evaluate(() => tab.heard()), patient).toContain("missed");
    await expect.poll(() => page.evaluate(() => tab.online()), patient).toBe("syncing");
  });

  it("belongs to one tab: another is refused, or waits until that one is closed", async () => {
    await using context = await site.newContext();
    const { page, deviceId } = await chat(context);
    const second = await openTab(context, site);
    expect(await second.evaluate((url) => tab.open(url), server.url)).toBe("STORE_IN_USE");
    const waiting = second.evaluate((url) => tab.open(url, { whenInUse: "wait" }), server.url);
    await page.close();
    expect(await waiting).toBe("ok");
    expect(await second.evaluate(() => tab.device())).toBe(deviceId);
    expect(await second.evaluate(() => tab.start())).toBe("ok");
  });

  it("says that its data was taken, and recovers it all from the server by the recovery key", async () => {
    await using context = await site.newContext();
    const { page, roomId, other, user } = await chat(context);
    await using _other = other;
    const key = await page.evaluate((name) => tab.setUp(name), user);
    const eventId = await page.evaluate((id) => tab.send(id, "before"), roomId);
    await expect
      .poll(async () => (await server.requestAs(await tokenOf(user), "GET", "/room_keys/version")).body["count"], patient)
      .toBe(1);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.clearDataForOrigin", { origin: site.origin, storageTypes: "all" });
    await expect.poll(() => page.evaluate(() => tab.lost()), patient).toBe("STORE_LOST");
    await reload(page);
    expect(await page.evaluate((url) => tab.open(url), server.url)).toBe("ok");
    expect(await page.evaluate(() => tab.device() ?? "nobody")).toBe("nobody");
    await page.evaluate((name) => tab.logIn(name), user);
    expect(await page.evaluate(() => tab.start())).toBe("ok");
    await page.evaluate((given) => tab.recover(given), key);
    await expect
      .poll(() => page.evaluate(([room, event]) => tab.read(room, event), [roomId, eventId] as const), patient)
      .toEqual([expect.any(String), "before"]);
  });

  it("says that there is no space left, writes nothing then, and goes on when there is", async () => {
    await using context = await site.newContext();
    const page = await openTab(context, site);
    const devtools = await context.newCDPSession(page);
    // Before the first write: the browser remembers for a while how much space there is.
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: site.origin, quotaSize: 1_000_000 });
    expect(await page.evaluate(() => tab.fill(10))).toEqual({ code: "ok", kept: 2 });
    expect(await page.evaluate(() => tab.fill(5_000_000))).toEqual({ code: "STORAGE_FULL", kept: 2 });
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: site.origin });
    await expect.poll(() => page.evaluate(() => tab.fill(5_000_000)), { timeout: 30_000 }).toEqual({ code: "ok", kept: 4 });
  });

  it("forgets the keys of a device that logs out, and may ask the browser to keep the rest", async () => {
    await using context = await site.newContext();
    const { page } = await chat(context);
    expect(await page.evaluate(() => tab.databases())).toEqual(["chat", expect.stringMatching(/^chat\/patrix\|@user\d+:localhost\|\w+::/)]);
    expect(await page.evaluate(() => tab.persist())).toEqual(expect.any(Boolean));
    await page.evaluate(() => tab.logOut());
    // What the engine has open goes with the page at the latest.
    await reload(page);
    expect(await page.evaluate(() => tab.databases())).toEqual(["chat"]);
  });

  /** Somebody again, by another device. */
  async function tokenOf(user: string): Promise<{ userId: `@${string}:${string}`; accessToken: string; deviceId: string }> {
    const { body } = await server.request("POST", "/_matrix/client/v3/login", {
      type: "m.login.password",
      identifier: { type: "m.id.user", user },
      password: "secret",
    });
    // The answer of a login that was not refused.
    return {
      userId: body["user_id"] as string as `@${string}:${string}`,
      accessToken: String(body["access_token"]),
      deviceId: String(body["device_id"]),
    };
  }
});
