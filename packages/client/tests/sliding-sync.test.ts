/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { type Client, type ClientOptions, memoryStore, type Room, type RoomId, type Store } from "@patrix/client";
import { redactEvent, setAccountDataPerRoom, setRoomTag } from "@patrix/client-api";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { logIn, textsOf } from "./timelines.ts";

const sliding = { sync: "sliding" } as const;

/** What a client knows of a room, but for members: both ways load those as they are needed. */
function describeRoom(client: Client, id: RoomId): unknown {
  const room = client.rooms.get(id);
  if (!room || room.membership === "leave") return room?.membership;
  const { name, topic, membership, encrypted, isDirect, isSpace, tags, latest, lastActivityTs, inviter } = room;
  return {
    facts: [name, topic, membership, encrypted, isDirect, isSpace, lastActivityTs],
    unread: room.unread,
    tags: [...tags].sort(),
    latest: latest && [latest.id, latest.raw.content, latest.sender.name],
    inviter: inviter?.name,
    readers: [...room.receipts.value].sort(([a], [b]) => a.localeCompare(b)),
    typing: room.typing.value.map((member) => member.id),
  };
}

const describeAll = (client: Client, ids: readonly RoomId[]): readonly unknown[] => ids.map((id) => describeRoom(client, id));

let markers = 0;
/** Two clients of one user know the same of rooms, once both have heard of all that was done. */
async function agree(one: Client, other: Client, ids: readonly RoomId[]): Promise<void> {
  const marker = { n: (markers += 1) };
  await one.accountData.set("com.example.marker", marker);
  for (const client of [one, other]) await client.accountData.watch("com.example.marker").until((content) => content?.["n"] === marker.n);
  await vi.waitFor(() => expect(describeAll(one, ids)).toEqual(describeAll(other, ids)), 5_000);
}

describe("sliding sync", () => {
  it("is used where it is asked for, and by itself only where the server has it", async () => {
    await using server = await localHomeserver(["ann"]);
    const paths = async (options: ClientOptions): Promise<readonly string[]> => {
      await using client = await logIn(server, "ann", options);
      server.requests.length = 0;
      await client.start();
      return server.requests.filter((line) => line.endsWith("/sync"));
    };
    const [v3, simplified] = ["GET /_matrix/client/v3/sync", "POST /_matrix/client/unstable/org.matrix.simplified_msc3575/sync"];
    expect((await paths({}))[0]).toBe(v3);
    expect((await paths({ sync: "sliding" }))[0]).toBe(simplified);
    expect((await paths({ sync: "auto" }))[0]).toBe(simplified);
    server.intercept = (path) => (path.endsWith("/versions") ? Response.json({ versions: ["v1.11"] }) : undefined);
    expect((await paths({ sync: "auto" }))[0]).toBe(v3);
    await expect(logIn(server, "ann", { sync: "v2" as "v3" })).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
  });

  it("brings all rooms, the newest first, and what happens in them from then on", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using bob = await logIn(server, "bob");
    await using ann = await logIn(server, "ann", sliding);
    const rooms: Room[] = [];
    for (let n = 1; n <= 30; n += 1) rooms.push(await bob.rooms.create({ name: `${n}`, preset: "public" }));
    for (const room of rooms) await ann.rooms.join(room.id);
    const heard: (string | undefined)[] = [];
    ann.on("m.room.message", (event) => void heard.push(event.text));
    await rooms[3]?.send.text("from before");
    await ann.start();
    const list = ann.rooms.list();
    await list.until((all) => all.length === 30);
    const first = ann.rooms.get(rooms[0]?.id as RoomId) as Room;
    await rooms[0]?.send.text("hello");
    await vi.waitFor(() => expect(heard).toEqual(["hello"]), 20_000);
    expect([heard, list.value[0]?.name]).toEqual([["hello"], "1"]);
    await using timeline = first.timeline();
    while (await timeline.back()) expect(timeline.atStart.value).toBe(false);
    expect(textsOf(timeline.items.value)).toEqual(["hello"]);
  });

  it("goes on after a restart, also where the server has forgotten the connection, and hands on what was missed, once", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using bob = await logIn(server, "bob");
    const store: Store = memoryStore();
    const room = await bob.rooms.create({ preset: "public" });
    const left = await bob.rooms.create({ preset: "public" });
    const heard: (string | undefined)[] = [];
    const run = async (from: () => Promise<void>, until: string): Promise<void> => {
      await using ann = await logIn(server, "ann", { ...sliding, store });
      await ann.rooms.join(room.id);
      ann.on("m.room.message", (event) => void heard.push(event.text));
      await ann.start();
      await from();
      await vi.waitFor(() => expect(heard).toContain(until), 20_000);
    };
    await run(async () => void (await room.send.text("one")), "one");
    await room.send.text("two");
    await run(async () => {}, "two");
    await room.send.text("three");
    let refused = 0;
    server.intercept = async (path) => {
      if (!path.endsWith("/sync") || refused > 0) return undefined;
      refused += 1;
      return Response.json({ errcode: "M_UNKNOWN_POS", error: "who?" }, { status: 400 });
    };
    await run(async () => {}, "three");
    for (let n = 1; n <= 40; n += 1) await room.send.text(`${n}`);
    refused = 0;
    await run(async () => {}, "40");
    expect([refused, heard]).toEqual([1, ["one", "two", "three", ...Array.from({ length: 40 }, (_, index) => `${index + 1}`)]]);

    // What was left meanwhile is over, though a new connection does not tell of it.
    {
      await using ann = await logIn(server, "ann", { ...sliding, store });
      await ann.rooms.join(left.id);
      await ann.start();
      await ann.rooms.list().until((all) => all.length === 2);
    }
    {
      await using elsewhere = await logIn(server, "ann");
      await elsewhere.start();
      await elsewhere.rooms.get(left.id)?.leave();
    }
    refused = 0;
    await using ann = await logIn(server, "ann", { ...sliding, store });
    await ann.start();
    await ann.rooms.list().until((all) => all.length === 1);
    expect(ann.rooms.get(left.id)?.membership).toBe("leave");
  });

  it("and /sync take over from one another in the same store", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using bob = await logIn(server, "bob");
    const store: Store = memoryStore();
    const room = await bob.rooms.create({ name: "tea", preset: "public" });
    for (const sync of ["v3", "sliding", "v3", "sliding"] as const) {
      await using ann = await logIn(server, "ann", { sync, store });
      await ann.rooms.join(room.id);
      await ann.start();
      const text = `by ${sync}`;
      const theirs = await ann.rooms.join(room.id);
      const id = await room.send.text(text);
      await theirs.info.until(() => theirs.latest?.id === id);
      expect([theirs.name, ann.rooms.list().value.length]).toEqual(["tea", 1]);
    }
  });

  it("reads encrypted rooms, with the keys that come along", async () => {
    await using server = await localHomeserver(["ann", "bob"]);
    await using bob = await logIn(server, "bob", { encryption: true, clock: undefined });
    await using ann = await logIn(server, "ann", { ...sliding, encryption: true, clock: undefined });
    await Promise.all([ann.start(), bob.start()]);
    const mine = await bob.rooms.create({ encrypted: true, invite: [ann.userId] });
    await ann.rooms.invites.until((all) => all.length > 0);
    const theirs = await ann.rooms.join(mine.id);
    await mine.info.until(() => mine.members.get(ann.userId)?.membership === "join");
    const heard = new Promise<string | undefined>((resolve) => ann.on("m.room.message", (event) => resolve(event.text)));
    await mine.send.text("secret");
    expect([await heard, theirs.encrypted]).toEqual(["secret", true]);
  });
});

type Step =
  | "create"
  | "dm"
  | "invite"
  | "send"
  | "rename"
  | "topic"
  | "redact"
  | "tag"
  | "mark"
  | "read"
  | "leave"
  | "kick"
  | "burst"
  | "restart"
  | "forget";
const kinds: readonly Step[] = [
  ...(["create", "dm", "invite", "send", "send", "rename", "topic", "redact", "tag", "mark", "read", "leave", "kick", "burst"] as const),
  ...(["restart", "forget"] as const),
];

/** Bob does things; Ann follows by both ways, and does some herself. */
async function runSteps(server: LocalHomeserver, steps: readonly (readonly [Step, number])[], counts: Map<Step, number>): Promise<number> {
  await using bob = await logIn(server, "bob");
  await bob.start();
  const stores: readonly [Store, Store] = [memoryStore(), memoryStore()];
  const open = async (at: 0 | 1): Promise<Client> => {
    const client = await logIn(server, "ann", { store: stores[at], sync: at === 0 ? "v3" : "sliding" });
    await client.start();
    return client;
  };
  let pair: [Client, Client] = [await open(0), await open(1)];
  const rooms: Room[] = [];
  const direct = new Set<string>();
  const done = async (step: Step, pick: number): Promise<boolean> => {
    const ann = pair[0];
    const joined = rooms.filter(({ id }) => ann.rooms.get(id)?.membership === "join");
    const room = joined[pick % Math.max(1, joined.length)];
    if (step === "create" || step === "invite") {
      const made = await bob.rooms.create({ name: `room ${pick}`, preset: "public", invite: step === "invite" ? [ann.userId] : [] });
      rooms.push(made);
      if (step === "create") await ann.rooms.join(made.id);
    } else if (step === "dm") {
      const made = await bob.rooms.dm(ann.userId);
      direct.add(made.id);
      if (!rooms.some(({ id }) => id === made.id)) rooms.push(made);
      await ann.rooms.join(made.id);
    } else if (step === "restart" || step === "forget") {
      await agree(
        ...pair,
        rooms.map(({ id }) => id),
      );
      await Promise.all(pair.map((client) => client[Symbol.asyncDispose]()));
      for (const each of joined) await each.send.text(`missed ${pick}`);
      let isForgotten = step === "forget";
      server.intercept = (path) => {
        if (!isForgotten || !path.endsWith("simplified_msc3575/sync")) return undefined;
        isForgotten = false;
        return Response.json({ errcode: "M_UNKNOWN_POS", error: "who?" }, { status: 400 });
      };
      pair = [await open(0), await open(1)];
    } else if (!room) return false;
    else if (step === "send") await room.send.text(`text ${pick}`, pick % 2 === 0 ? { mentions: [ann.userId] } : {});
    else if (step === "burst") for (let n = 0; n < 25; n += 1) await room.send.text(`burst ${n}`);
    else if (step === "rename") await room.state.set("m.room.name", { name: pick % 4 === 0 ? "" : `name ${pick}` });
    else if (step === "topic") await room.state.set("m.room.topic", { topic: `topic ${pick}` });
    else if (step === "redact") {
      const { latest } = ann.rooms.get(room.id) ?? {};
      if (!latest) return false;
      await bob.api.send(redactEvent, { path: { roomId: room.id, eventId: latest.id, txnId: `${latest.id} ${pick}` }, body: {} });
    } else if (step === "tag")
      await ann.api.send(setRoomTag, { path: { userId: ann.userId, roomId: room.id, tag: "m.favourite" }, body: { order: 0.5 } });
    else if (step === "mark")
      await ann.api.send(setAccountDataPerRoom, {
        path: { userId: ann.userId, roomId: room.id, type: "m.marked_unread" },
        body: { unread: pick % 2 === 0 },
      });
    else if (step === "read") await (pick % 2 === 0 ? ann : bob).rooms.get(room.id)?.markRead();
    else if (step === "leave" || step === "kick") {
      const own = ann.rooms.get(room.id) as Room;
      // In a direct chat both have the same power.
      if (step === "kick" && direct.has(own.id)) return false;
      await (step === "leave" ? own.leave() : room.members.kick(ann.userId));
      // What comes next is not done in a room that is over.
      await own.info.until(({ membership }) => membership === "leave");
    }
    return true;
  };
  try {
    for (const [step, pick] of steps) if (await done(step, pick)) counts.set(step, (counts.get(step) ?? 0) + 1);
    // The unread of what was left is of no account.
    const ids = rooms.map(({ id }) => id);
    await agree(...pair, ids);
    return ids.length;
  } finally {
    await Promise.all(pair.map((client) => client[Symbol.asyncDispose]()));
  }
}

it("both ways lead to the same rooms, whatever happens in them", { timeout: 240_000 }, async () => {
  const counts = new Map<Step, number>();
  let compared = 0;
  const anySteps = fc.tuple(
    fc.shuffledSubarray([...kinds], { minLength: kinds.length }),
    fc.array(fc.nat(1000), { minLength: 16, maxLength: 16 }),
  );
  const property = fc.asyncProperty(anySteps, async ([order, picks]) => {
    await using server = await localHomeserver(["ann", "bob"]);
    compared += await runSteps(server, [["create", 1], ...order.map((step, at) => [step, picks[at] ?? 0] as const)], counts);
  });
  // Chance alone may leave out what is rare.
  for (let round = 0; round === 0 || (round < 4 && kinds.some((step) => !counts.has(step))); round++)
    await fc.assert(property, { numRuns: 6, endOnFailure: true });
  for (const step of new Set(kinds)) expect([step, (counts.get(step) ?? 0) > 0]).toEqual([step, true]);
  expect(compared).toBeGreaterThan(12);
});
