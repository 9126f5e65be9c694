// Purging where the graph of a room has forks, with events that are in no timeline, and with redactions of what stays.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { openPurge } from "../../src/compose/purges.ts";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import type { StoredEvent } from "../../src/rooms/timeline/stored-event.ts";
import { RemoteServer } from "../remote/remote-server.ts";
import { HOUR_MS, keepingServer, type KeepingServer, member, type Member } from "./kept-room.ts";

const rita = "@rita:remote.example";
let dataDir: string;
let keeping: KeepingServer;
let alice: Member;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-retention-"));
  keeping = await keepingServer(dataDir, { enabled: true, default_policy: { max_lifetime: "1h" } });
  alice = await member(keeping, "alice");
});
afterAll(async () => {
  await keeping[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

const findings = async (): Promise<unknown[]> => {
  const found: unknown[] = [];
  await checkDatabase(keeping.config, { found: (finding) => found.push(finding) });
  return found;
};
const text = (body: string): object => ({ msgtype: "m.text", body });

it("keeps the state at every place, and leaves a database that stands the check", async () => {
  const { rooms: parts } = keeping.server.parts;
  const remote = new RemoteServer("remote.example", parts);
  const levels = { state_default: 0, events: {}, users: { [alice.userId]: 100 } };
  const settings = { preset: "public_chat", room_version: "11", power_level_content_override: levels };
  const { room_id: roomId } = await alice.ask<{ room_id: string }>("POST", "/v3/createRoom", settings);
  const room: LoadedRoom = await parts.rooms.load(parts.rooms.get(roomId));
  const tips = async (): Promise<StoredEvent[]> =>
    Promise.all(room.head.tips.map(async ({ nid }) => (await parts.rooms.events.get(nid)) ?? expect.unreachable()));
  const from = (body: string, more: { after: StoredEvent[]; state: LoadedRoom["head"]["state"]; ts?: number }) => ({
    type: "m.room.message",
    sender: rita,
    content: { msgtype: "m.text", body },
    ...more,
  });
  await remote.send(room, {
    type: "m.room.member",
    stateKey: rita,
    sender: rita,
    content: { membership: "join" },
    after: await tips(),
    state: room.head.state,
  });
  const said = await alice.send(roomId, "m.room.message", text("secret before"));
  const before = { after: await tips(), state: room.head.state };
  // Two branches: a topic and a message here, a name and messages there, and what joins them is a message.
  await alice.ask("PUT", `/v3/rooms/${roomId}/state/m.room.topic`, { topic: "ours" });
  await alice.send(roomId, "m.room.message", text("secret ours"));
  await remote.send(room, { type: "m.room.name", stateKey: "", sender: rita, content: { name: "theirs" }, ...before });
  await remote.send(room, from("secret fork", before));
  await alice.send(roomId, "m.room.message", text("secret joins"));
  // One that others name and that never comes, and one that comes later.
  const [outlier, late] = [await remote.build(room, from("secret outlier", before)), await remote.build(room, from("secret late", before))];
  await parts.receiver.receiveOutliers(room, [outlier, late]);
  await remote.deliver(room, late);
  // A redaction of state, which stays, and one of what goes.
  const { event_id: topic } = await alice.ask<{ event_id: string }>("PUT", `/v3/rooms/${roomId}/state/m.room.topic`, { topic: "gone" });
  await alice.ask("PUT", `/v3/rooms/${roomId}/redact/${encodeURIComponent(topic)}/1`, {});
  await alice.ask("PUT", `/v3/rooms/${roomId}/redact/${encodeURIComponent(said)}/1`, {});
  await alice.ask("PUT", `/v3/rooms/${roomId}/state/m.room.topic`, { topic: "last" });
  expect(await findings()).toEqual([]);

  keeping.pass(2 * HOUR_MS);
  await alice.send(roomId, "m.room.message", text("fresh"));
  const places = async (): Promise<unknown[]> => {
    const { chunk } = await alice.ask<{ chunk: { type: string; event_id: string; state_key?: string }[] }>(
      "GET",
      `/v3/rooms/${roomId}/messages?dir=f&limit=100`,
    );
    const states: unknown[] = [];
    for (const { event_id: id, state_key: key } of chunk.filter(({ state_key: stateKey }) => stateKey !== undefined)) {
      const context = await alice.ask<{ state: { event_id: string }[] }>(
        "GET",
        `/v3/rooms/${roomId}/context/${encodeURIComponent(id)}?limit=0`,
      );
      states.push([id, key, context.state.map(({ event_id: event }) => event).toSorted()]);
    }
    return states;
  };
  const before_ = await places();
  expect(before_.length).toBeGreaterThan(8);
  const removed = await openPurge(keeping.server.parts).run(new AbortController().signal);
  expect(removed).toBeGreaterThanOrEqual(5);
  expect(await findings()).toEqual([]);
  for (const event of await parts.rooms.events.read(() =>
    keeping.server.parts.core.store.all({ name: "all", sql: "select * from events where room_nid = ?1" }, room.nid),
  ))
    expect(event.fields.json).not.toContain("secret");
  await keeping.restart();
  expect(await places()).toEqual(before_);
  expect(await findings()).toEqual([]);
});
