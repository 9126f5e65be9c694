import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { operation } from "../store/statement.ts";
import { deleteDeviceRows } from "../store/statements/devices.ts";
import { composed } from "../../tests/remote/compose.ts";
import { WatchedStore } from "../../tests/watched-store.ts";
import { AccessTokens, type TokenOwner } from "./access-tokens.ts";
import type { SessionTokens } from "./sessions.ts";

const watched = new WatchedStore();
let now = 1_000_000;
let server: ComposedHomeserver;
beforeAll(async () => {
  server = await composed({ clock: { now: () => now }, wrapStore: watched.wrap });
});
afterAll(() => server[Symbol.asyncDispose]());

let users = 0;
interface Login extends SessionTokens {
  readonly device_id: string;
  readonly userId: string;
}

async function login(settings: { readonly guest?: boolean; readonly admin?: boolean; readonly refresh?: boolean } = {}): Promise<Login> {
  const { accounts, sessions } = server.parts.accounts;
  const { refresh = false, ...account } = settings;
  const created = await accounts.create({ localpart: `user${++users}`, ...account });
  return { ...(await sessions.open(created, { refresh_token: refresh })), userId: created.userId };
}

/** Tokens that nothing is remembered of. */
const fresh = (): AccessTokens => new AccessTokens(server.parts.core);

async function ownerOf(tokens: AccessTokens, { access_token: token }: SessionTokens): Promise<TokenOwner> {
  const owner = await tokens.lookup(token);
  return typeof owner === "object" ? owner : expect.unreachable("nobody has the token");
}

/** Removes a device from the store, unbeknown to whoever remembers it. */
const remove = (deviceNid: number): Promise<void> =>
  server.parts.core.store.commit(deleteDeviceRows.map((statement) => operation(statement, deviceNid)));

describe("an access token", () => {
  it("tells user, device and kind of account, and nothing of a token that was never given", async () => {
    const [user, guest, admin] = [await login(), await login({ guest: true }), await login({ admin: true })];
    expect(await ownerOf(fresh(), user)).toMatchObject({ userId: user.userId, deviceId: user.device_id, isGuest: false, isAdmin: false });
    expect(await ownerOf(fresh(), guest)).toMatchObject({ userId: guest.userId, isGuest: true, isAdmin: false });
    expect(await ownerOf(fresh(), admin)).toMatchObject({ userId: admin.userId, isGuest: false, isAdmin: true });
    expect(await fresh().lookup(`${user.access_token}x`)).toBeUndefined();
  });

  it("is unused after a refresh, until it is used", async () => {
    const user = await login({ refresh: true });
    const renewed = await server.parts.accounts.sessions.refresh(user.refresh_token ?? "");
    expect([(await ownerOf(fresh(), user)).isUnused, (await ownerOf(fresh(), renewed)).isUnused]).toEqual([false, true]);
    await server.parts.accounts.sessions.ownerOf(renewed.access_token);
    expect((await ownerOf(fresh(), renewed)).isUnused).toBe(false);
  });

  it("expires in the millisecond that was told, also where it is remembered", async () => {
    const tokens = fresh();
    const user = await login({ refresh: true });
    now += (user.expires_in_ms ?? 0) - 1;
    expect(await tokens.lookup(user.access_token)).toBeTypeOf("object");
    now += 1;
    expect([await tokens.lookup(user.access_token), await fresh().lookup(user.access_token)]).toEqual(["expired", "expired"]);
  });

  it("is remembered until its device is forgotten, and those of other devices longer", async () => {
    const tokens = fresh();
    const [user, other] = [await login(), await login()];
    const { deviceNid } = await ownerOf(tokens, user);
    const { deviceNid: otherNid } = await ownerOf(tokens, other);
    await remove(deviceNid);
    await remove(otherNid);
    expect(await tokens.lookup(user.access_token)).toBeTypeOf("object");
    tokens.forget(deviceNid);
    expect(await tokens.lookup(user.access_token)).toBeUndefined();
    expect(await tokens.lookup(other.access_token)).toBeTypeOf("object");
  });

  it("is forgotten with its device together with the others of that device", async () => {
    const tokens = fresh();
    const user = await login({ refresh: true });
    const renewed = await server.parts.accounts.sessions.refresh(user.refresh_token ?? "");
    const { deviceNid } = await ownerOf(tokens, user);
    await ownerOf(tokens, renewed);
    await remove(deviceNid);
    tokens.forget(deviceNid);
    expect([await tokens.lookup(user.access_token), await tokens.lookup(renewed.access_token)]).toEqual([undefined, undefined]);
  });

  it("is not remembered when it is revoked while it is read", async () => {
    const tokens = fresh();
    const user = await login();
    const { deviceNid } = await ownerOf(fresh(), user);
    watched.afterRead = async (statement) => {
      if (statement !== "tokenOwner") return;
      watched.afterRead = undefined;
      await remove(deviceNid);
      tokens.forget(deviceNid);
    };
    await tokens.lookup(user.access_token);
    expect(watched.afterRead).toBeUndefined();
    expect(await tokens.lookup(user.access_token)).toBeUndefined();
  });
});

describe("a device", () => {
  it("is logged in while it is stored, also where nothing of it is remembered", async () => {
    const tokens = fresh();
    const { deviceNid } = await ownerOf(fresh(), await login());
    expect([await tokens.standingOf(deviceNid), await tokens.standingOf(deviceNid + 6_400)]).toEqual(["logged in", "logged out"]);
    await remove(deviceNid);
    expect(await tokens.standingOf(deviceNid)).toBe("logged out");
  });

  it("is logged in, without a look at the store, while a token of it is remembered", async () => {
    const tokens = fresh();
    const { deviceNid } = await ownerOf(tokens, await login());
    const read: string[] = [];
    watched.afterRead = (statement) => void read.push(statement);
    expect(await tokens.standingOf(deviceNid)).toBe("logged in");
    watched.afterRead = undefined;
    expect(read).toEqual([]);
    await remove(deviceNid);
    tokens.forget(deviceNid);
    expect(await tokens.standingOf(deviceNid)).toBe("logged out");
  });
});

describe("when a device was last seen", () => {
  it("is in memory at first, and once it is flushed in the store alone; nothing is written where nobody was seen", async () => {
    const { sessions } = server.parts.accounts;
    const tokens = fresh();
    const user = await login();
    const { userNid, deviceNid } = await ownerOf(tokens, user);
    tokens.noteSeen(deviceNid, "192.0.2.1");
    now += 5;
    tokens.noteSeen(deviceNid, "192.0.2.2");
    expect(tokens.lastSeen(deviceNid)).toEqual({ ts: now, ip: "192.0.2.2" });
    expect(await sessions.device(userNid, user.device_id)).toMatchObject({ last_seen_ts: null });
    await tokens.flushSeen();
    expect(tokens.lastSeen(deviceNid)).toBeUndefined();
    const stored = { last_seen_ts: now, last_seen_ip: "192.0.2.2" };
    expect(await sessions.device(userNid, user.device_id)).toMatchObject(stored);
    await server.parts.core.log.flushed();
    const { commits } = watched;
    now += 5;
    await tokens.flushSeen();
    expect(watched.commits).toBe(commits);
    expect(await sessions.device(userNid, user.device_id)).toMatchObject(stored);
  });

  it("is forgotten with the device", async () => {
    const tokens = fresh();
    const { deviceNid } = await ownerOf(tokens, await login());
    tokens.noteSeen(deviceNid, "192.0.2.1");
    tokens.forget(deviceNid);
    expect(tokens.lastSeen(deviceNid)).toBeUndefined();
  });
});
