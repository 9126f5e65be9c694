import { describe, expect, it } from "vitest";
import { testHomeserver, type TestHomeserver, type TestUser } from "../../testing/index.ts";
import { compilePresenceFilter, writePresence } from "./presence-events.ts";

interface Answer {
  readonly next_batch: string;
  readonly presence?: { readonly events: readonly { readonly type: string; readonly sender: string; readonly content: object }[] };
}

const sync = async (server: TestHomeserver, user: TestUser, more: string): Promise<Answer> =>
  (await server.requestAs<Answer>(user, "GET", `/sync?${more}`)).body;
const status = (server: TestHomeserver, user: TestUser, body: object, of = user) =>
  server.requestAs(user, "PUT", `/presence/${of.userId}/status`, body);

describe("who is there", () => {
  it("is told to those who share a room, at first and in an open poll, and can be asked for by them", async () => {
    await using server = await testHomeserver();
    const [alice, bob, carol] = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
    const room = await server.createRoom(alice);
    await server.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}`, {});
    expect((await status(server, alice, { presence: "online", status_msg: "here" })).status).toBe(200);
    const first = await sync(server, bob, "set_presence=offline");
    expect(first.presence?.events).toMatchObject([
      { type: "m.presence", sender: alice.userId, content: { presence: "online", status_msg: "here", currently_active: true } },
    ]);
    const polling = sync(server, bob, `set_presence=offline&timeout=20000&since=${first.next_batch}`);
    await status(server, alice, { presence: "unavailable" });
    expect((await polling).presence?.events).toMatchObject([{ sender: alice.userId, content: { presence: "unavailable" } }]);
    const ask = (user: TestUser, of: string) => server.requestAs(user, "GET", `/presence/${of}/status`);
    expect(await ask(bob, alice.userId)).toMatchObject({ status: 200, body: { presence: "unavailable" } });
    expect(await ask(bob, bob.userId)).toMatchObject({ status: 200, body: { presence: "offline" } });
    for (const of of [alice.userId, "@nobody:localhost"])
      expect(await ask(carol, of)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect((await sync(server, carol, "set_presence=offline")).presence).toBeUndefined();
  });

  it("is told of those who come to share a room, to them and of them, once", async () => {
    await using server = await testHomeserver();
    const [alice, bob, carol] = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
    const room = await server.createRoom(alice);
    for (const user of [alice, bob]) await status(server, user, { presence: "online", status_msg: user.userId });
    const quiet = "set_presence=offline";
    const since: string[] = [];
    for (const user of [alice, bob]) since.push((await sync(server, user, quiet)).next_batch);
    for (const user of [bob, carol]) await server.requestAs(user, "POST", `/join/${encodeURIComponent(room)}`, {});
    for (const [user, other, at] of [
      [alice, bob, since[0]],
      [bob, alice, since[1]],
    ] as const) {
      const told = await sync(server, user, `${quiet}&since=${at}`);
      // Carol came too, and is not there.
      expect(told.presence?.events).toMatchObject([{ sender: other.userId, content: { presence: "online", status_msg: other.userId } }]);
      expect((await sync(server, user, `${quiet}&since=${told.next_batch}`)).presence).toBeUndefined();
    }
  });

  it("follows the syncs of a user, and what they do", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { presence } = await sync(server, alice, "");
    expect(presence?.events).toMatchObject([{ sender: alice.userId, content: { presence: "online" } }]);
    await status(server, alice, { presence: "unavailable" });
    const room = await server.createRoom(alice);
    await server.requestAs(alice, "PUT", `/rooms/${encodeURIComponent(room)}/send/m.room.message/1`, { msgtype: "m.text", body: "x" });
    expect((await server.requestAs(alice, "GET", `/presence/${alice.userId}/status`)).body).toMatchObject({ presence: "online" });
  });

  it("is set by the user alone, and to one of three states", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    expect(await status(server, alice, { presence: "online" }, bob)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    for (const presence of ["busy", ""])
      expect(await status(server, alice, { presence })).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    expect((await server.requestAs(alice, "GET", "/sync?set_presence=busy")).status).toBe(400);
  });

  it("is told to nobody where the configuration says so", async () => {
    await using server = await testHomeserver({ config: { presence: { enabled: false } } });
    const alice = await server.register("alice");
    expect((await status(server, alice, { presence: "online" })).status).toBe(200);
    expect((await sync(server, alice, "")).presence).toBeUndefined();
    expect((await server.requestAs(alice, "GET", `/presence/${alice.userId}/status`)).body).toEqual({ presence: "offline" });
  });
});

describe("a filter of presence", () => {
  it("takes senders, types and a number", () => {
    const wants = (filter: Parameters<typeof compilePresenceFilter>[0]) => {
      const { limit, wants: isWanted } = compilePresenceFilter(filter);
      return [limit, isWanted("@a:x"), isWanted("@b:x")];
    };
    expect(wants(undefined)).toEqual([Number.POSITIVE_INFINITY, true, true]);
    expect(wants({ senders: ["@a:x"], limit: 3 })).toEqual([3, true, false]);
    expect(wants({ not_senders: ["@a:x"] })).toEqual([Number.POSITIVE_INFINITY, false, true]);
    expect(wants({ not_types: ["m.presence"] })[0]).toBe(0);
    expect(wants({ types: ["m.pres*"] })[0]).toBe(Number.POSITIVE_INFINITY);
  });
});

it("what is not known of a user is left out", () => {
  const none = { statusMsg: undefined, lastActiveTs: undefined, isActive: false };
  expect(writePresence({ presence: "offline", ...none }, 10)).toEqual({ presence: "offline" });
  const known = { presence: "online", statusMsg: "x", lastActiveTs: 3, isActive: true } as const;
  expect(writePresence(known, 10)).toEqual({ presence: "online", status_msg: "x", last_active_ago: 7, currently_active: true });
});
