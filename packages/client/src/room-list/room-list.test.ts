/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { setAccountDataPerRoom, setRoomTag } from "@patrix/client-api";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { localHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "../client.ts";
import { createClient } from "../create-client.ts";
import { silentLogger } from "../logger.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomListFilter, RoomListOptions, RoomListView } from "../rooms/rooms.ts";

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

const namesOf = ({ value }: RoomListView): string[] => value.map(({ name }) => name);
const list = (options: RoomListOptions = {}): RoomListView => ann.rooms.list(options);
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
    expect(namesOf(list({ sort: "unread" })).slice(0, 2)).toEqual(["Cake", "Marked"]);
  });

  it("has rooms of low priority, and those in a space or below it", async () => {
    const { userId } = ann;
    const [tea, space] = [rooms.find(({ name }) => name === "tea") as Room, rooms.find(({ name }) => name === "Space") as Room];
    await ann.api.send(setRoomTag, { path: { userId, roomId: tea.id, tag: "m.lowpriority" }, body: {} });
    const low = list({ filter: { lowPriority: true } });
    await low.until((all) => all.length === 1);
    const inside = list({ filter: { space: space.id } });
    expect([namesOf(low), namesOf(inside)]).toEqual([["tea"], []]);
    const below = await ann.rooms.create({ name: "Below", space: true });
    const add = (to: Room, child: Room): Promise<unknown> => to.state.set("m.space.child", { via: ["example.org"] }, child.id);
    await add(space, below);
    await inside.until((all) => all.length === 1);
    await add(below, tea);
    await inside.until((all) => all.length === 2);
    const children: unknown[] = [];
    for await (const { name, isSpace, joined } of ann.rooms.spaces.children(space.id)) children.push([name, isSpace, joined]);
    expect([children, namesOf(ann.rooms.spaces)]).toEqual([
      [
        ["Below", true, true],
        ["tea", false, true],
      ],
      ["Below", "Space"],
    ]);
    await space.state.set("m.space.child", {} as { via: [] }, below.id);
    await inside.until((all) => all.length === 0);
    await below.leave();
  });

  it("shows others when it is filtered anew, by hand or by a function, and as much as its window has", async () => {
    const shown = list({ sort: "name" });
    shown.setFilter({ name: "cake" });
    expect([namesOf(shown), shown.total]).toEqual([["Cake"], 1]);
    let name = "mark";
    const byFunction = list({ filter: () => ({ name }), sort: "name" });
    expect(namesOf(byFunction)).toEqual(["Marked"]);
    name = "ke";
    const cake = rooms.find((room) => room.name === "Cake") as Room;
    await cake.setTyping(true);
    await cake.send.text("something happens");
    await byFunction.until((all) => all.length === 2);
    const few = list({ sort: "name", window: 2 });
    expect([namesOf(few), few.total]).toEqual([["@bob:example.org", "Cake"], 5]);
    expect([few.more(), namesOf(few).length, few.more(), namesOf(few).length]).toEqual([true, 4, false, 5]);
  });

  it("goes on while somebody waits for it who holds on to nothing else", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    let heard = 0;
    ann.rooms.list().subscribe(() => (heard += 1));
    const loop = (async () => {
      for await (const all of ann.rooms.list({ filter: { name: "news" } })) if (all.length > 0) return all[0]?.name;
      return undefined;
    })();
    // What nobody watches goes.
    const idle = new WeakRef(ann.rooms.list());
    for (let turn = 0; turn < 50 && idle.deref() !== undefined; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      collect();
    }
    const before = heard;
    await ann.rooms.create({ name: "News" });
    expect(await loop).toBe("News");
    expect([heard > before, idle.deref()]).toEqual([true, undefined]);
  });
});
