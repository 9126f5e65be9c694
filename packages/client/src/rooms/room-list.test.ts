/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { setAccountDataPerRoom, setRoomTag } from "@patrix/client-api";
import { localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../client.ts";
import { createClient } from "../create-client.ts";
import { silentLogger } from "../logger.ts";
import type { Room } from "./room.ts";
import { RoomList } from "./room-list.ts";
import type { RoomListFilter, RoomListOptions } from "./rooms.ts";

let server: Awaited<ReturnType<typeof localHomeserver>>;
let ann: Client;
let bob: Client;
/** Every room that Ann knows of: she has joined, left or is invited. */
let rooms: readonly Room[] = [];
beforeAll(async () => {
  server = await localHomeserver(["ann", "bob"]);
  const logIn = async (user: string): Promise<Client> => {
    const client = await createClient("example.org", { fetch: server.fetch, logger: silentLogger });
    await client.login.password(user, `${user}-password`);
    return client;
  };
  [ann, bob] = [await logIn("ann"), await logIn("bob")];
  const [cake, marked, left] = [
    await ann.rooms.create({ name: "Cake", invite: [bob.userId] }),
    await ann.rooms.create({ name: "Marked" }),
    await ann.rooms.create({ name: "Left" }),
  ];
  const made = [cake, marked, left, await ann.rooms.create({ name: "Space", space: true }), await ann.rooms.create({ name: "tea" })];
  const dm = await ann.rooms.dm(bob.userId);
  const invite = await bob.rooms.create({ name: "Invite", invite: [ann.userId] });
  await ann.start();
  await left.leave();
  const tag = { userId: ann.userId, roomId: cake.id };
  await ann.api.send(setRoomTag, { path: { ...tag, tag: "m.favourite" }, body: { order: 0.5 } });
  await ann.api.send(setAccountDataPerRoom, {
    path: { userId: ann.userId, roomId: marked.id, type: "m.marked_unread" },
    body: { unread: true },
  });
  const theirs = await bob.rooms.join(cake.id);
  await cake.info.until((room) => room.tags.size > 0);
  await theirs.send.text("news");
  await cake.info.until((room) => room.latest !== undefined);
  await marked.info.until((room) => room.unread.marked);
  await left.info.until((room) => room.membership === "leave");
  await ann.rooms.invites.until((all) => all.length > 0);
  rooms = [...made, dm.id, invite.id].map(
    (each) => ann.rooms.get(typeof each === "string" ? each : each.id) ?? expect.unreachable("a room is not known"),
  );
});
afterAll(async () => {
  await ann.stop();
  await server[Symbol.asyncDispose]();
});

const namesOf = ({ value }: RoomList): string[] => value.map(({ name }) => name);
const list = (options: RoomListOptions = {}, all = rooms): RoomList => new RoomList(() => all, options);
const found = (filter: RoomListFilter): string[] => namesOf(list({ filter, sort: "name" }));

describe("a list of rooms", () => {
  it("has the rooms that the user has joined, unless others are wanted", () => {
    expect(found({})).toEqual(["@bob:example.org", "Cake", "Marked", "Space", "tea"]);
    expect(found({ kind: "invite" })).toEqual(["Invite"]);
  });

  it("has the kind of rooms that is wanted: rooms, direct chats or spaces", () => {
    expect([found({ kind: "room" }), found({ kind: "dm" }), found({ kind: "space" })]).toEqual([
      ["Cake", "Marked", "tea"],
      ["@bob:example.org"],
      ["Space"],
    ]);
  });

  it("has rooms with something unread, and those that are marked as unread", () => {
    expect([found({ unread: true }), found({ unread: false }).length]).toEqual([["Cake", "Marked"], 5]);
  });

  it("has favourites", () => {
    expect([found({ favourite: true }), found({ favourite: false }).length]).toEqual([["Cake"], 5]);
  });

  it("has rooms by a part of their name, in any case, and by all that is wanted of them", () => {
    expect([found({ name: "KE" }), found({ name: "" }).length, found({ name: "nothing" })]).toEqual([["Cake", "Marked"], 5, []]);
    expect(found({ name: "ke", favourite: true, kind: "room" })).toEqual(["Cake"]);
    expect(found({ name: "mar", unread: true, kind: "room" })).toEqual(["Marked"]);
    expect(found({ name: "ke", favourite: true, kind: "dm" })).toEqual([]);
  });

  it("has the rooms first in which something has happened last, or goes by name or by an order of one's own", () => {
    expect(namesOf(list())[0]).toBe("Cake");
    const times = list().value.map(({ lastActivityTs }) => lastActivityTs);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(namesOf(list({ sort: (a, b) => a.name.length - b.name.length }))[0]).toBe("tea");
    // The same, however the rooms come.
    for (const sort of ["recency", "name"] as const) expect(list({ sort }, rooms.toReversed()).value).toEqual(list({ sort }).value);
  });

  it("shows others when it is filtered anew, or when there are others", () => {
    let all = rooms;
    const shown = new RoomList(() => all, { sort: "name" });
    shown.setFilter({ name: "cake" });
    expect(namesOf(shown)).toEqual(["Cake"]);
    all = [];
    expect(namesOf(shown)).toEqual(["Cake"]);
    shown.refresh();
    expect(namesOf(shown)).toEqual([]);
  });
});
