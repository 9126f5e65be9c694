// Rooms and their history that an administrator has removed, over HTTP, and what is left of them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Finding } from "../../src/check/finding.ts";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { openSnapshot } from "../../src/compose/open-snapshot.ts";
import { limits } from "../../src/limits.ts";
import { StoreError } from "../../src/store/errors.ts";
import { readTables } from "../../src/store/copy/tables.ts";
import { query } from "../../src/store/statement.ts";
import { WatchedStore } from "../watched-store.ts";
import { keepingServer, type KeepingServer, member, type Member } from "../retention/kept-room.ts";

const admin = "/_synapse/admin";
const watched = new WatchedStore();
let dataDir: string;
let keeping: KeepingServer;
let [root, alice, bob]: Member[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-purge-"));
  keeping = await keepingServer(dataDir, {}, { admins: ["@root:example.org"], wrapStore: watched.wrap });
  [root, alice, bob] = [await member(keeping, "root"), await member(keeping, "alice"), await member(keeping, "bob")];
});
afterEach(async () => {
  watched.afterRead = undefined;
  await keeping[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const people = (): [Member, Member, Member] => [root, alice, bob].map((one) => one ?? expect.unreachable()) as [Member, Member, Member];

interface Begun {
  readonly purge_id?: string;
  readonly delete_id?: string;
  readonly would_remove?: Readonly<Record<string, number>>;
}

async function asRoot<Body>(method: string, path: string, body?: object, status = 200): Promise<Body> {
  const response = await fetch(`${keeping.server.url}${admin}${path}`, {
    method,
    headers: { authorization: `Bearer ${people()[0].token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  expect(response.status, text).toBe(status);
  return JSON.parse(text) as Body;
}

async function purgeRoom(room: string, body: object = {}): Promise<void> {
  const { delete_id: id } = await asRoot<Begun>("DELETE", `/v2/rooms/${encodeURIComponent(room)}`, body);
  await ended(`/v2/rooms/delete_status/${id}`);
}

async function ended(path: string): Promise<void> {
  let answer: { readonly status: string; readonly error?: string } = { status: "" };
  await vi.waitUntil(async () => !["waiting", "active"].includes((answer = await asRoot("GET", path)).status), { timeout: 20_000 });
  expect([answer.status, answer.error]).toEqual(["complete", undefined]);
}

async function findings(): Promise<Finding[]> {
  const found: Finding[] = [];
  await checkDatabase(keeping.config, { found: (finding) => found.push(finding) });
  return found;
}

/** How many rows each table has that name a room by its number. */
async function rowsOf(roomNid: number): Promise<Record<string, number>> {
  await using snapshot = await openSnapshot(keeping.config);
  const rows: Record<string, number> = {};
  for (const { name, columns } of readTables()) {
    if (!columns.includes("room_nid")) continue;
    const counted = query<[number], { readonly count: number }>("count", `select count(*) as count from ${name} where room_nid = ?1`);
    const count = (await snapshot.get(counted, roomNid))?.count ?? 0;
    if (count > 0) rows[name] = count;
  }
  return rows;
}

const text = (body: string, more: object = {}): object => ({ msgtype: "m.text", body, ...more });

/** A room with something in every table that has rows of rooms. */
async function fullRoom(messages = 30): Promise<{ room: string; nid: number; last: string }> {
  const [, first, second] = people();
  const { room_id: room } = await first.ask<{ room_id: string }>("POST", "/v3/createRoom", {
    preset: "public_chat",
    room_alias_name: "tea",
    visibility: "public",
    name: "Tea",
  });
  await second.ask("POST", `/v3/rooms/${room}/join`, {});
  let last = "";
  for (let i = 0; i < messages; i++) last = await first.send(room, "m.room.message", text(`kettle ${i} @bob:example.org`));
  const thread = { "m.relates_to": { rel_type: "m.thread", event_id: last } };
  await second.send(room, "m.room.message", text("kettle in a thread", thread));
  await second.send(room, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: last, key: "x" } });
  await second.ask("POST", `/v3/rooms/${room}/receipt/m.read/${last}`, {});
  await second.ask("PUT", `/v3/user/${second.userId}/rooms/${room}/account_data/org.example.note`, { n: 1 });
  const nid = keeping.server.parts.rooms.rooms.get(room).nid;
  return { room, nid, last };
}

/** Follows a client that waits, until it hears that its user is out of a room. */
async function untilLeft({ ask }: Member, room: string, since: string): Promise<Synced> {
  const synced = await ask<Synced>("GET", `/v3/sync?timeout=20000&since=${since}`);
  return synced.rooms?.leave?.[room] ? synced : untilLeft({ ask } as Member, room, synced.next_batch);
}

type Synced = { next_batch: string; rooms?: { join?: Record<string, unknown>; leave?: Record<string, { timeline: { events: Shown[] } }> } };
interface Shown {
  readonly type: string;
  readonly state_key?: string;
  readonly content: { readonly membership?: string; readonly reason?: string };
}

describe("a room that an administrator removes", () => {
  it("is gone on every path and in every table, and each client hears that its user has left", async () => {
    const [, first, second] = people();
    const { room, nid } = await fullRoom();
    const kept = await first.ask<{ room_id: string }>("POST", "/v3/createRoom", { name: "Kept" });
    const before = await rowsOf(nid);
    expect(before["events"]).toBeGreaterThan(35);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        "account_data",
        "aliases",
        "directory",
        "memberships",
        "read_marks",
        "receipts",
        "relations",
        "state_groups",
        "threads",
      ]),
    );
    const since = (await second.ask<Synced>("GET", "/v3/sync")).next_batch;
    const waiting = untilLeft(first, room, (await first.ask<Synced>("GET", "/v3/sync")).next_batch);
    await purgeRoom(room, { message: "moved" });

    for (const [who, synced] of [
      [first, await waiting],
      // Bob's client was away meanwhile.
      [second, await second.ask<Synced>("GET", `/v3/sync?since=${since}`)],
    ] as const) {
      expect(synced.rooms?.join?.[room]).toBeUndefined();
      expect(synced.rooms?.leave, who.userId).toHaveProperty([room]);
      const events = synced.rooms?.leave?.[room]?.timeline.events ?? [];
      const own = events.find((event) => event.state_key === who.userId);
      expect(own).toMatchObject({ type: "m.room.member", content: { membership: "leave", reason: "moved" } });
    }
    expect(await rowsOf(nid)).toEqual({ events: 2, memberships: 2, rooms: 1 });
    expect(await findings()).toEqual([]);
    for (const path of ["messages?dir=b", "state", "joined_members"]) await second.ask("GET", `/v3/rooms/${room}/${path}`, undefined, 403);
    await second.ask("GET", "/v3/directory/room/%23tea:example.org", undefined, 404);
    expect((await second.ask<{ chunk: unknown[] }>("GET", "/v3/publicRooms")).chunk).toEqual([]);
    const search = { search_categories: { room_events: { search_term: "kettle", keys: ["content.body"] } } };
    expect(JSON.stringify(await second.ask("POST", "/v3/search", search))).not.toContain("kettle 1");
    expect((await first.ask<Synced>("GET", "/v3/sync")).rooms?.join).toHaveProperty([kept.room_id]);
    // Nobody has it who could let anybody in.
    expect([404, 403, 502]).toContain(await second.status("POST", `/v3/rooms/${room}/join`, {}));
    await keeping.restart();
    expect(await findings()).toEqual([]);
    const later = await second.ask<Synced>("GET", `/v3/sync?since=${since}`);
    expect(later.rooms?.leave?.[room]?.timeline.events).toHaveLength(1);
    // The alias is free.
    await first.ask("PUT", "/v3/directory/room/%23tea:example.org", { room_id: kept.room_id });
  });

  it("goes on where a restart has interrupted it", async () => {
    const { room, nid } = await fullRoom(1_500);
    const { delete_id: id } = await asRoot<Begun>("DELETE", `/v2/rooms/${encodeURIComponent(room)}`, {});
    const removed = async (): Promise<number> =>
      (await asRoot<{ removed_events: number }>("GET", `/v2/rooms/delete_status/${id}`)).removed_events;
    await vi.waitUntil(async () => (await removed()) > 0, { timeout: 20_000, interval: 1 });
    await keeping.restart();
    // Nothing of it is shown, and nobody comes in, as long as it goes on.
    await ended(`/v2/rooms/delete_status/${id}`);
    expect(await rowsOf(nid)).toEqual({ events: 2, memberships: 2, rooms: 1 });
    expect(await findings()).toEqual([]);
  });

  it("goes on where the database did not answer for a while; what fails otherwise is told, and can be begun again", async () => {
    const { room, nid } = await fullRoom(5);
    let failures: Error[] = [new StoreError("UNAVAILABLE", "the database does not answer")];
    watched.afterRead = (statement) => {
      const failure = statement === "eventsToPurge" ? failures.pop() : undefined;
      if (failure) throw failure;
    };
    await purgeRoom(room);
    expect(await rowsOf(nid)).toEqual({ events: 2, memberships: 2, rooms: 1 });

    const other = (await people()[1].ask<{ room_id: string }>("POST", "/v3/createRoom", {})).room_id;
    failures = [new Error("out of luck")];
    const { delete_id: id } = await asRoot<Begun>("DELETE", `/v2/rooms/${encodeURIComponent(other)}`, {});
    const status = (): Promise<unknown> => asRoot("GET", `/v2/rooms/delete_status/${id}`);
    await expect.poll(status).toMatchObject({ status: "failed", error: "out of luck" });
    await purgeRoom(other);
    expect(await rowsOf(keeping.server.parts.rooms.rooms.get(other).nid)).toEqual({ events: 1, memberships: 1, rooms: 1 });
    expect(await findings()).toEqual([]);
  });

  it("takes nobody in while it is blocked, and is let go again", async () => {
    const [, first, second] = people();
    const { room } = await fullRoom(1);
    await asRoot("PUT", `/v1/rooms/${encodeURIComponent(room)}/block`, { block: true });
    expect(await asRoot("GET", `/v1/rooms/${encodeURIComponent("#tea:example.org")}/block`)).toEqual({ block: true });
    const carol = await member(keeping, "carol");
    for (const [method, path, body] of [
      ["POST", `/v3/rooms/${room}/join`, {}],
      ["POST", `/v3/join/%23tea:example.org`, {}],
      ["POST", `/v3/knock/${room}`, {}],
      ["PUT", `/v3/rooms/${room}/state/m.room.member/${carol.userId}`, { membership: "join" }],
    ] as const)
      expect(await carol.ask(method, path, body, 403)).toMatchObject({
        errcode: "M_FORBIDDEN",
        error: expect.stringContaining("nobody join"),
      });
    await first.ask("POST", `/v3/rooms/${room}/invite`, { user_id: carol.userId }, 403);
    await second.send(room, "m.room.message", text("those who are in go on"));
    await keeping.restart();
    await carol.ask("POST", `/v3/rooms/${room}/join`, {}, 403);
    await asRoot("PUT", `/v1/rooms/${encodeURIComponent(room)}/block`, { block: false });
    await carol.ask("POST", `/v3/rooms/${room}/join`, {});
    await purgeRoom(room, { block: true });
    await carol.ask("POST", `/v3/rooms/${room}/join`, {}, 403);
  });

  it("holds up nobody else", async () => {
    const [, first] = people();
    const { room } = await fullRoom(600);
    const { room_id: other } = await first.ask<{ room_id: string }>("POST", "/v3/createRoom", {});
    const { delete_id: id } = await asRoot<Begun>("DELETE", `/v2/rooms/${encodeURIComponent(room)}`, {});
    let sent = 0;
    const status = async (): Promise<string> => (await asRoot<{ status: string }>("GET", `/v2/rooms/delete_status/${id}`)).status;
    while ((await status()) === "active") {
      await first.send(other, "m.room.message", text("meanwhile"));
      sent++;
    }
    expect(await status()).toBe("complete");
    expect(sent).toBeGreaterThan(1);
    expect(await findings()).toEqual([]);
  });
});

describe("history that an administrator removes", () => {
  it("goes up to a time or an event; state, ends and what is newer stay", async () => {
    const [, first, second] = people();
    const { room, nid, last } = await fullRoom(20);
    const state = await second.ask("GET", `/v3/rooms/${room}/state`);
    const path = `/v1/purge_history/${encodeURIComponent(room)}`;
    const byEvent = { purge_up_to_event_id: last, delete_local_events: true };
    expect(await asRoot<Begun>("POST", path, { ...byEvent, dry_run: true })).toMatchObject({ would_remove: { events: 19 } });
    const unchanged = await rowsOf(nid);
    expect(await rowsOf(nid)).toEqual(unchanged);
    const { purge_id: id } = await asRoot<Begun>("POST", path, byEvent);
    await ended(`/v1/purge_history_status/${id}`);
    expect(await asRoot("GET", `/v1/purge_history_status/${id}`)).toMatchObject({ removed_events: 19, room_id: room });
    const messages = JSON.stringify(await second.ask("GET", `/v3/rooms/${room}/messages?dir=b&limit=100`));
    expect(messages).toContain("kettle 19");
    expect(messages).not.toContain("kettle 18");
    expect(await second.ask("GET", `/v3/rooms/${room}/state`)).toEqual(state);
    expect(await findings()).toEqual([]);

    keeping.pass(60_000);
    const newest = await first.send(room, "m.room.message", text("newest"));
    const { purge_id: next } = await asRoot<Begun>("POST", path, { purge_up_to_ts: Date.now() + 30_000, delete_local_events: true });
    await ended(`/v1/purge_history_status/${next}`);
    const rest = JSON.stringify(await second.ask("GET", `/v3/rooms/${room}/messages?dir=b&limit=100`));
    expect(rest).not.toContain("kettle");
    expect(rest).toContain(newest);
    expect(await findings()).toEqual([]);
    await second.send(room, "m.room.message", text("the room goes on"));
  });
});

describe("the administration of rooms", () => {
  it("is for administrators, and says which field is wrong", async () => {
    const [, first] = people();
    const { room } = await fullRoom(1);
    const path = encodeURIComponent(room);
    for (const [method, at, body] of [
      ["DELETE", `/v2/rooms/${path}`, {}],
      ["GET", "/v2/rooms/delete_status/x", undefined],
      ["POST", `/v1/purge_history/${path}`, { purge_up_to_ts: 1, delete_local_events: true }],
      ["GET", "/v1/purge_history_status/x", undefined],
      ["GET", `/v1/rooms/${path}/block`, undefined],
      ["PUT", `/v1/rooms/${path}/block`, { block: true }],
    ] as const) {
      const response = await fetch(`${keeping.server.url}${admin}${at}`, {
        method,
        headers: { authorization: `Bearer ${first.token}` },
        ...(body && { body: JSON.stringify(body) }),
      });
      expect([at, response.status]).toEqual([at, 403]);
    }
    const wrong = async (body: object): Promise<string> =>
      (await asRoot<{ error: string }>("POST", `/v1/purge_history/${path}`, body, 400)).error;
    expect(await wrong({ purge_up_to_ts: 1 })).toContain("/delete_local_events");
    expect(await wrong({ delete_local_events: true })).toContain("/purge_up_to_ts");
    expect(await wrong({ delete_local_events: true, purge_up_to_ts: "x" })).toContain("/purge_up_to_ts");
    const none = { delete_local_events: true, purge_up_to_event_id: "$none" };
    expect((await asRoot<{ error: string }>("POST", `/v1/purge_history/${path}`, none, 404)).error).toContain("$none");
    await asRoot("DELETE", `/v2/rooms/${encodeURIComponent("!none:example.org")}`, {}, 404);
    await asRoot("GET", "/v2/rooms/delete_status/none", undefined, 404);
    await asRoot("PUT", "/v1/rooms/none/block", { block: true }, 400);
  });

  it("takes so many purges at once, and no more", async () => {
    const { room } = await fullRoom(1);
    const { purges, rooms } = keeping.server.parts;
    const found = rooms.rooms.get(room);
    const begun = Array.from({ length: limits.purges.value }, () => purges.purgeHistory(found, { beforeTs: 1 }));
    await Promise.all(begun);
    await expect(purges.purgeHistory(found, { beforeTs: 1 })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: "purges" });
  });
});
