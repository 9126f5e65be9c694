import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { composed } from "../../tests/remote/compose.ts";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { limits } from "../limits.ts";
import { createRoom } from "../rooms/write/create-room.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { insertAccount, upsertProfileField } from "../store/statements/accounts.ts";
import { UserDirectory } from "./user-directory.ts";

let server: ComposedHomeserver;
let number = 0;
/** Who searches; a new one for each test, so that nobody is found from another one. */
let asker: { readonly userNid: number; readonly userId: string };
beforeAll(async () => (server = await composed()));
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => (asker = await account(`asker${++number}`)));

async function account(localpart: string, displayName?: string) {
  const user = await server.parts.accounts.accounts.create({ localpart });
  if (displayName !== undefined) await rename(user, displayName);
  return user;
}

function rename({ userNid, userId }: typeof asker, displayname: string): Promise<void> {
  return server.parts.accounts.profiles.set(userNid, userId, "displayname", { displayname });
}

/** A room of the asker's in which some users are. */
async function roomWith(
  users: readonly { readonly userId: string }[],
  preset: "private_chat" | "public_chat" = "private_chat",
  creator = asker,
) {
  const { rooms, engine, profileOf, members } = server.parts.rooms;
  const invite = users.map(({ userId }) => userId);
  const room = await createRoom(rooms, engine, profileOf, { creator: creator.userId, preset, version: "11", invite, initialState: [] });
  for (const userId of invite) await members.join(room, userId);
  return room;
}

const search = (term: string, limit?: number, directory = server.parts.userDirectory) => directory.search(asker.userNid, term, limit);
const found = async (term: string, limit?: number): Promise<string[]> =>
  (await search(term, limit)).results.map(({ user_id: userId }) => userId.slice(1, -":localhost".length));

describe("a search for users", () => {
  it("finds by beginnings of the words of names, whatever the case and the accents, and by all words of the search", async () => {
    await roomWith([await account("zoe.smith", "Zoë Müller-Lüdenscheidt")]);
    for (const term of ["zoe", "ZOË", "mul", "lüden", "smith", "zoe mull", "muller zoe", "@zoe", "@zoe.smith:loc", "  zoe  "])
      expect([term, await found(term)]).toEqual([term, ["zoe.smith"]]);
    for (const term of ["oe", "zoe jones", "@zoe.smith:elsewhere", "", "   ", "*"]) expect([term, await found(term)]).toEqual([term, []]);
  });

  it("shows the name and the picture of the profile", async () => {
    const user = await account("pictured", "Pic");
    await roomWith([user]);
    await server.parts.accounts.profiles.set(user.userNid, user.userId, "avatar_url", { avatar_url: "mxc://localhost/a" });
    expect(await search("pic")).toEqual({
      results: [{ user_id: user.userId, display_name: "Pic", avatar_url: "mxc://localhost/a" }],
      limited: false,
    });
    await rename(user, "");
    await server.parts.accounts.profiles.remove(user.userNid, user.userId, "avatar_url");
    expect((await search("pictured")).results).toEqual([{ user_id: user.userId }]);
  });

  it("finds nobody by an earlier name", async () => {
    const user = await account("renamed", "Earlier");
    await roomWith([user]);
    await rename(user, "Later");
    expect([await found("earlier"), await found("later")]).toEqual([[], ["renamed"]]);
    await server.parts.accounts.profiles.remove(user.userNid, user.userId, "displayname");
    expect([await found("later"), await found("renamed")]).toEqual([[], ["renamed"]]);
  });

  it("has first what is the same as a name, then what begins so, then whole words, then what has a name", async () => {
    const users = [
      await account("order5"),
      await account("order4", "Miss Marpleton"),
      await account("order3", "Miss Marple"),
      await account("order2", "Marple X"),
      await account("marple"),
      await account("order1", "MARPLE"),
    ];
    await rename(users[0] ?? asker, "x marpletree");
    await roomWith(users);
    expect(await found("marple")).toEqual(["order1", "marple", "order2", "order3", "order4", "order5"]);
  });

  it("has so many users at most, and says whether there are more", async () => {
    await roomWith(await Promise.all(Array.from({ length: 12 }, (_, i) => account(`many${i}`, "Many"))));
    expect(await found("many")).toHaveLength(10);
    expect((await search("many")).limited).toBe(true);
    expect(await search("many", 12)).toMatchObject({ limited: false, results: { length: 12 } });
    expect([(await found("many", 0)).length, (await search("many", 11)).limited]).toEqual([1, true]);
  });

  it("has fifty at most, whatever is asked for", async () => {
    await roomWith(await Promise.all(Array.from({ length: 51 }, (_, i) => account(`crowd${i}`))), "private_chat");
    expect(await search("crowd", 1_000)).toMatchObject({ limited: true, results: { length: limits.userSearchPage.value } });
  });

  it("refuses a long term", async () => {
    await expect(search("x".repeat(limits.userSearchLength.value + 1))).rejects.toMatchObject({ limit: "userSearchLength" });
  });
});

describe("who is found", () => {
  it("are those who share a room, as long as they do", async () => {
    const [friend, stranger] = [await account("shared.friend"), await account("shared.stranger")];
    const room = await roomWith([friend]);
    expect(await found("shared")).toEqual(["shared.friend"]);
    await server.parts.rooms.members.leave(room, friend.userId);
    expect(await found("shared")).toEqual([]);
    const other = await roomWith([stranger]);
    expect(await found("shared")).toEqual(["shared.stranger"]);
    await server.parts.rooms.members.leave(other, asker.userId);
    expect(await found("shared")).toEqual([]);
  });

  it("are not those who are only invited", async () => {
    const { rooms, engine, profileOf } = server.parts.rooms;
    const invite = [(await account("invitee")).userId];
    await createRoom(rooms, engine, profileOf, { creator: asker.userId, preset: "private_chat", invite, initialState: [] });
    expect(await found("invitee")).toEqual([]);
  });

  it.each([
    ["public", "m.room.join_rules", { join_rule: "public" }, { join_rule: "invite" }],
    ["world readable", "m.room.history_visibility", { history_visibility: "world_readable" }, { history_visibility: "shared" }],
  ])("are those in a room that is %s, as long as it is", async (_, type, open, closed) => {
    const localpart = `open.${type.slice(7, 10)}`;
    const owner = await account(localpart);
    const room = await roomWith([], "private_chat", owner);
    const set = (content: Record<string, string>) =>
      server.parts.rooms.engine.send(room, { type, stateKey: "", sender: owner.userId, content });
    expect(await found(localpart)).toEqual([]);
    await set(open);
    expect(await found(localpart)).toEqual([localpart]);
    await set(closed);
    expect(await found(localpart)).toEqual([]);
  });

  it("are those in a room that is published, as long as it is", async () => {
    const owner = await account("publisher");
    const { nid } = await roomWith([], "private_chat", owner);
    await server.parts.published.set(nid, true, owner.userNid);
    expect(await found("publisher")).toEqual(["publisher"]);
    await server.parts.published.set(nid, false, owner.userNid);
    expect(await found("publisher")).toEqual([]);
  });

  it("is anybody by the whole user ID, and everybody where the configuration says so", async () => {
    await account("hermit");
    expect([await found("hermit"), await found("@hermit:localhost"), await found("@HERMIT:localhost")]).toEqual([
      [],
      ["hermit"],
      ["hermit"],
    ]);
    expect(await found("@nobody:localhost")).toEqual([]);
    const all = new UserDirectory(server.parts.core, { searchAll: true });
    expect((await search("hermit", 10, all)).results).toEqual([{ user_id: "@hermit:localhost" }]);
  });

  it("has whom the user ID names once, and before all others", async () => {
    await roomWith([await account("twice"), await account("twice2", "@twice:localhost")]);
    expect(await found("@twice:localhost")).toEqual(["twice", "twice2"]);
    expect(await found("@twice")).toEqual(["twice", "twice2"]);
  });

  it("is never the one who searches, a guest, or one whose account is locked or over", async () => {
    const { accounts } = server.parts.accounts;
    const [locked, ended, guest] = [
      await account("gone.locked"),
      await account("gone.ended"),
      await accounts.create({ localpart: "gone.guest", guest: true }),
    ];
    await roomWith([locked, ended, guest]);
    expect(await found("gone")).toEqual(["gone.ended", "gone.locked"]);
    expect([await found(asker.userId), await found(asker.userId.slice(1, 6))]).toEqual([[], []]);
    await accounts.setLocked(locked.userNid, true);
    await accounts.deactivate(ended, { erase: false });
    expect([await found("gone"), await found(locked.userId), await found(ended.userId), await found(guest.userId)]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    await accounts.setLocked(locked.userNid, false);
    expect(await found("gone")).toEqual(["gone.locked"]);
    const rows = await server.parts.core.store.all({ name: "t", sql: `select word from user_words where user_nid = ${ended.userNid}` });
    expect(rows).toEqual([]);
  });

  it("is not told by what somebody is called in a room only", async () => {
    const user = await account("plain", "Plain");
    const room = await roomWith([user]);
    const content = { membership: "join", displayname: "Secretname" };
    await server.parts.rooms.engine.send(room, { type: "m.room.member", stateKey: user.userId, sender: user.userId, content });
    expect(await found("secretname")).toEqual([]);
    expect((await search("plain")).results).toEqual([{ user_id: user.userId, display_name: "Plain" }]);
  });
});

describe("a search among many whom the searcher may not find", () => {
  /** Accounts that are in no room. */
  async function crowd(prefix: string, count: number): Promise<number[]> {
    const { core, userDirectory } = server.parts;
    const nids: number[] = [];
    const operations: WriteOperation[] = [];
    for (let i = 0; i < count; i++) {
      const userId = `@${prefix}${String(i).padStart(5, "0")}:localhost`;
      const nid = await core.users.intern(userId);
      nids.push(nid);
      operations.push(operation(insertAccount, nid, null, 0, 0, 0, null), ...userDirectory.name(nid, userId, undefined));
    }
    await core.log.append({ positions: [], operations });
    return nids;
  }
  const userIdOf = (nid: number): string => server.parts.core.users.peekText(nid);

  it("goes on past them", async () => {
    const last = (await crowd("veil", 250)).at(-1) ?? 0;
    await roomWith([{ userId: userIdOf(last) }]);
    expect(await found("veil")).toEqual(["veil00249"]);
  });

  it("finds whoever has the word as the whole name, though many have it among others", async () => {
    const { core, userDirectory } = server.parts;
    const nids = await crowd("lane", 450);
    const nameAs = (nid: number, name: string): WriteOperation[] => [
      operation(upsertProfileField, nid, "displayname", JSON.stringify(name)),
      ...userDirectory.name(nid, userIdOf(nid), name),
    ];
    const last = nids.at(-1) ?? 0;
    await core.log.append({ positions: [], operations: nids.flatMap((nid) => nameAs(nid, nid === last ? "Penny" : `Penny ${nid}`)) });
    const { results } = await search("penny", 3, new UserDirectory(core, { searchAll: true }));
    expect(results[0]).toEqual({ user_id: userIdOf(last), display_name: "Penny" });
  });

  it("ends after so many, and says then that there may be more", async () => {
    const last = (await crowd("mist", limits.userSearchCandidates.value + 1)).at(-1) ?? 0;
    await roomWith([{ userId: userIdOf(last) }]);
    expect(await search("mist")).toEqual({ results: [], limited: true });
    expect(await found("mist05")).toEqual(["mist05000"]);
  });
});
