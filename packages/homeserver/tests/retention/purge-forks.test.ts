// Purging where the graph of a room has forks, with events that are in no timeline, and with redactions of what stays.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NamedPdu } from "@patrix/signatures";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { openPurge } from "../../src/compose/purges.ts";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import { findStateKey } from "../../src/rooms/state/state-key.ts";
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
/** Purges until something is so: what somebody has yet to store something about goes later. */
async function purgeUntil(isSo: () => Promise<boolean>): Promise<void> {
  const once = async (): Promise<boolean> => {
    await openPurge(keeping.server.parts).run(new AbortController().signal);
    return isSo();
  };
  await expect.poll(once).toBe(true);
}
const text = (body: string): object => ({ msgtype: "m.text", body });

/** A room in which everybody may set state, and a server that sends into it. */
async function sharedRoom(): Promise<{ readonly remote: RemoteServer; readonly room: LoadedRoom; readonly roomId: string }> {
  const { rooms: parts } = keeping.server.parts;
  const levels = { state_default: 0, events: {}, users: { [alice.userId]: 100 } };
  const settings = { preset: "public_chat", room_version: "11", power_level_content_override: levels };
  const { room_id: roomId } = await alice.ask<{ room_id: string }>("POST", "/v3/createRoom", settings);
  return { remote: new RemoteServer("remote.example", parts), room: await parts.rooms.load(parts.rooms.get(roomId)), roomId };
}

it("keeps the state at every place, and leaves a database that stands the check", async () => {
  const { rooms: parts } = keeping.server.parts;
  const { remote, room, roomId } = await sharedRoom();
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
  const secrets = async (): Promise<number> => {
    const statement = { name: "all", sql: "select * from events where room_nid = ?1" };
    const events = await parts.rooms.events.read(() => keeping.server.parts.core.store.all(statement, room.nid));
    return events.filter(({ fields }) => fields.json.includes("secret")).length;
  };
  expect(await secrets()).toBeGreaterThanOrEqual(5);
  await purgeUntil(async () => (await secrets()) === 0);
  expect(await findings()).toEqual([]);
  await keeping.restart();
  expect(await places()).toEqual(before_);
  expect(await findings()).toEqual([]);
});

it("keeps a message by which alone the state of the room has changed, as what a redaction leaves of it", async () => {
  const { rooms: parts } = keeping.server.parts;
  const { remote, room, roomId } = await sharedRoom();
  const stored = async (nid: number): Promise<StoredEvent> => (await parts.rooms.events.get(nid)) ?? expect.unreachable();
  const join = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  const tip = async (): Promise<StoredEvent> => stored(room.head.tips.at(-1)?.nid ?? 0);
  await remote.send(room, { ...join, after: [await tip()], state: room.head.state });
  // A message after one that never comes: that the room has got a name meanwhile is known from the state before it alone.
  const { state } = room.head;
  const name = await remote.build(room, {
    type: "m.room.name",
    stateKey: "",
    sender: rita,
    content: { name: "theirs" },
    after: [await tip()],
    state,
  });
  const said = (body: string, after: NamedPdu): Promise<NamedPdu> =>
    remote.build(room, { type: "m.room.message", sender: rita, content: { msgtype: "m.text", body }, after: [after], state });
  const message = await said("secret after a gap", await said("secret in the gap", name));
  const stateEvents = await Promise.all([...state.entries()].map(([, nid]) => stored(nid)));
  await parts.receiver.receiveOutliers(room, [name]);
  const { event } = await parts.receiver.receive(room, message, {
    stateBefore: [...stateEvents.map(({ eventId }) => eventId), name.eventId],
  });
  expect([event.fields.isForked, event.fields.stateKey]).toEqual([true, undefined]);
  const nameAt = async (): Promise<unknown> => {
    const skey = await findStateKey(keeping.server.parts.core, "m.room.name", "");
    const { rooms: now } = keeping.server.parts;
    const at = await now.states.stateAt(await now.rooms.load(now.rooms.get(roomId)), event.fields.place ?? expect.unreachable());
    return (await now.rooms.events.get(at.get(skey ?? 0) ?? 0))?.content["name"];
  };
  await alice.ask("PUT", `/v3/rooms/${roomId}/state/m.room.topic`, { topic: "after it" });
  expect([await nameAt(), await findings()]).toEqual(["theirs", []]);

  keeping.pass(2 * HOUR_MS);
  await alice.send(roomId, "m.room.message", text("fresh"));
  const kept = async (): Promise<StoredEvent | undefined> => parts.rooms.events.byId(message.eventId);
  await purgeUntil(async () => !(await kept())?.fields.json.includes("secret"));
  expect([await nameAt(), await findings()]).toEqual(["theirs", []]);
  const left = await kept();
  expect([left?.fields.isForked, left?.content, left?.fields.json.includes("secret")]).toEqual([true, {}, false]);
  await keeping.restart();
  expect([await nameAt(), await findings()]).toEqual(["theirs", []]);
});
