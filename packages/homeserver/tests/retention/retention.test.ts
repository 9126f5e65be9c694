// Messages that are over age are told on no path, and then they are gone; state stays.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { openPurge } from "../../src/compose/jobs.ts";
import type { Finding } from "../../src/check/finding.ts";
import { fillRoom, HOUR_MS, keepingServer, type KeepingServer, type KeptRoom, member, type Member } from "./kept-room.ts";

let dataDir: string;
let keeping: KeepingServer;
let [alice, bob]: Member[] = [];
beforeEach(async () => void (dataDir = await mkdtemp(join(tmpdir(), "patrix-retention-"))));
afterEach(async () => {
  await keeping[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

async function open(retention: object): Promise<void> {
  keeping = await keepingServer(dataDir, retention);
  [alice, bob] = [await member(keeping, "alice"), await member(keeping, "bob")];
}

const people = (): [Member, Member] => [alice ?? expect.unreachable(), bob ?? expect.unreachable()];
const fill = (policy?: object): Promise<KeptRoom> =>
  fillRoom(...people(), { ...(policy && { policy }), pass: () => keeping.pass(2 * HOUR_MS) });
const purge = (): Promise<number> => openPurge(keeping.server.parts).run(new AbortController().signal);
/** Purges until so many events are gone: those that somebody has yet to store something about go later. */
async function purgeAll(count: number): Promise<void> {
  let removed = 0;
  await expect.poll(async () => (removed += await purge())).toBe(count);
}

/** What a member gets on each path that tells of messages. */
async function told({ ask }: Member, { room }: KeptRoom, fresh: string): Promise<Record<string, unknown>> {
  const lists = { all: { ranges: [[0, 10]], required_state: [["*", "*"]], timeline_limit: 50 } };
  const search = { search_categories: { room_events: { search_term: "secret", keys: ["content.body"] } } };
  const created = await ask<{ start: string }>("GET", `/v3/rooms/${room}/messages?dir=f&limit=100`);
  return {
    forward: created,
    backward: await ask("GET", `/v3/rooms/${room}/messages?dir=b&limit=100`),
    context: await ask("GET", `/v3/rooms/${room}/context/${fresh}?limit=100`),
    sync: await ask("GET", `/v3/sync?filter=${encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 100 } } }))}`),
    sliding: await ask("POST", "/unstable/org.matrix.simplified_msc3575/sync", { lists }),
    search: await ask("POST", "/v3/search", search),
    relations: await ask("GET", `/v1/rooms/${room}/relations/${fresh}?recurse=true`),
    threads: await ask("GET", `/v1/rooms/${room}/threads`),
    notifications: await ask("GET", "/v3/notifications"),
    initialSync: await ask("GET", "/v3/initialSync?limit=100"),
    ofRoom: await ask("GET", `/v3/rooms/${room}/initialSync`),
    state: await ask("GET", `/v3/rooms/${room}/state`),
  };
}

async function findings(): Promise<Finding[]> {
  const found: Finding[] = [];
  await checkDatabase(keeping.config, { found: (finding) => found.push(finding) });
  return found;
}

describe("messages that are over age", () => {
  it.each([
    ["the room", { enabled: true }, { max_lifetime: HOUR_MS }],
    ["the server, where the room says nothing", { enabled: true, default_policy: { max_lifetime: "1h" } }, undefined],
    ["the server, where the room wants more", { enabled: true, allowed_lifetime_max: HOUR_MS }, { max_lifetime: 1_000 * HOUR_MS }],
    [
      "the server, whatever the room wants at least",
      { enabled: true, allowed_lifetime_max: "1h" },
      { min_lifetime: 3 * HOUR_MS, max_lifetime: 9 * HOUR_MS },
    ],
    ["the room, which wants them kept for less at least", { enabled: true }, { min_lifetime: 60_000, max_lifetime: HOUR_MS }],
    ["the server, where the room says nonsense", { enabled: true, default_policy: { max_lifetime: HOUR_MS } }, { max_lifetime: "long" }],
  ])("are told on no path, as %s says, and purged without a trace", async (_who, retention, policy) => {
    await open(retention);
    const [first, second] = people();
    const kept = await fill(policy);
    const fresh = await first.send(kept.room, "m.room.message", { msgtype: "m.text", body: "fresh" });
    const thread = { "m.relates_to": { rel_type: "m.thread", event_id: fresh } };
    await second.send(kept.room, "m.room.message", { msgtype: "m.text", body: "fresh reply", ...thread });
    const before = await told(second, kept, fresh);
    for (const [path, answer] of Object.entries(before)) expect(JSON.stringify(answer), path).not.toContain("secret");
    for (const path of ["forward", "backward", "context", "sync", "sliding", "initialSync", "ofRoom"])
      expect(JSON.stringify(before[path]), path).toContain("fresh");
    expect(JSON.stringify(before["state"])).toContain("stays");
    for (const eventId of [kept.old, kept.root, kept.oldReply]) {
      await second.ask("GET", `/v3/rooms/${kept.room}/event/${eventId}`, undefined, 404);
      await second.ask("GET", `/v3/rooms/${kept.room}/context/${eventId}`, undefined, 404);
      await second.ask("GET", `/v1/rooms/${kept.room}/relations/${eventId}`, undefined, 404);
      await second.ask("GET", `/v3/events/${eventId}`, undefined, 404);
    }

    await purgeAll(12);
    expect(await findings()).toEqual([]);
    const after = await told(second, kept, fresh);
    expect(after["state"]).toEqual(before["state"]);
    expect(JSON.stringify(after["context"])).toContain("fresh");
    // Not even a policy that is longer brings them back.
    await keeping.restart();
    await first.ask("PUT", `/v3/rooms/${kept.room}/state/m.room.retention`, { max_lifetime: 1_000 * HOUR_MS });
    for (const [path, answer] of Object.entries(await told(second, kept, fresh)))
      expect(JSON.stringify(answer), path).not.toContain("secret");
    expect(await purge()).toBe(0);
  });

  it("are announced where the server has any", async () => {
    const path = "/unstable/org.matrix.msc1763/retention/configuration";
    await open({ enabled: true, default_policy: { max_lifetime: "30d" }, allowed_lifetime_min: "1d", allowed_lifetime_max: "1y" });
    expect(await people()[0].ask("GET", path)).toEqual({
      policies: { "*": { max_lifetime: 2_592_000_000 } },
      limits: { max_lifetime: { min: 86_400_000, max: 31_536_000_000 } },
    });
    await keeping[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
    await open({});
    expect(await people()[0].ask("GET", path, undefined, 404)).toMatchObject({ errcode: "M_UNRECOGNIZED" });
  });

  it("are kept where the server has not enabled it, where nobody says how long, and as long as the server or the room says at least", async () => {
    for (const [retention, policy] of [
      [{ enabled: false, default_policy: { max_lifetime: HOUR_MS } }, { max_lifetime: HOUR_MS }],
      [{ enabled: true }, undefined],
      [{ enabled: true, allowed_lifetime_min: "3h" }, { max_lifetime: HOUR_MS }],
      [{ enabled: true, default_policy: { max_lifetime: "1h" } }, { min_lifetime: 3 * HOUR_MS }],
      [{ enabled: true }, { min_lifetime: 3 * HOUR_MS, max_lifetime: HOUR_MS }],
      [{ enabled: true }, { min_lifetime: 1 }],
    ] as const) {
      await open(retention);
      const kept = await fill(policy);
      const { content } = await people()[1].ask<{ content: { body: string } }>("GET", `/v3/rooms/${kept.room}/event/${kept.old}`);
      expect(content.body).toContain("secret");
      expect(await purge()).toBe(0);
      await keeping[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    }
    await open({});
  });

  it("leave of the last one in a room what a redaction leaves, so that the room goes on", async () => {
    await open({ enabled: true, default_policy: { max_lifetime: "1h" } });
    const [first, second] = people();
    const kept = await fill();
    const last = await first.send(kept.room, "m.room.message", { msgtype: "m.text", body: "secret last" });
    keeping.pass(2 * HOUR_MS);
    await purgeAll(12);
    expect(await findings()).toEqual([]);
    const stored = await keeping.server.parts.rooms.rooms.events.byId(last);
    expect(stored?.fields.json).not.toContain("secret");
    const next = await second.send(kept.room, "m.room.message", { msgtype: "m.text", body: "fresh" });
    const event = await keeping.server.parts.rooms.rooms.events.byId(next);
    expect(event?.authEvent.prev_events).toEqual([last]);
    // It goes once something follows it: a start looks at everything again.
    await keeping.restart();
    await expect.poll(() => keeping.server.parts.rooms.rooms.events.byId(last)).toBeUndefined();
    expect(await findings()).toEqual([]);
    expect(JSON.stringify(await told(second, kept, next))).not.toContain("secret");
  });

  it("no longer count as unread once they are gone", async () => {
    await open({ enabled: true, default_policy: { max_lifetime: "1h" } });
    const [, second] = people();
    const kept = await fill();
    const unread = async (): Promise<number> => {
      type Sync = { rooms: { join: Record<string, { unread_notifications: { notification_count: number } }> } };
      const { rooms } = await second.ask<Sync>("GET", "/v3/sync");
      return rooms.join[kept.room]?.unread_notifications.notification_count ?? -1;
    };
    await people()[0].send(kept.room, "m.room.message", { msgtype: "m.text", body: "fresh" });
    await purge();
    expect(await unread()).toBe(1);
  });

  it("are purged in slices, of rooms with far more than one has", async () => {
    await open({ enabled: true, default_policy: { max_lifetime: "1h" } });
    const [first] = people();
    const { room_id: room } = await first.ask<{ room_id: string }>("POST", "/v3/createRoom", {});
    for (let i = 0; i < 450; i++) await first.send(room, "m.room.message", { msgtype: "m.text", body: `secret ${i}` });
    keeping.pass(2 * HOUR_MS);
    await purgeAll(449);
    expect(await purge()).toBe(0);
    expect(await findings()).toEqual([]);
  });
});
