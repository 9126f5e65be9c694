// Why rooms have the state that they have, read from databases while their servers run.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainRoom } from "../src/compose/explain-room.ts";
import type { RoomParts } from "../src/rooms/open-rooms.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import { eventIn } from "../src/rooms/read/state-event.ts";
import { dividedRoom } from "./divided-room.ts";
import { forkedRoom } from "./forked-room.ts";
import { RemoteServer } from "./remote/remote-server.ts";
import { keepingServer, type KeepingServer } from "./retention/kept-room.ts";
import { alice, roomOf, state } from "./room-of.ts";

const rita = "@rita:remote.example";
let dataDir: string;
let keeping: KeepingServer;
let parts: RoomParts;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-explain-"));
  keeping = await keepingServer(dataDir, {});
  parts = keeping.server.parts.rooms;
});
afterAll(async () => {
  await keeping[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

describe("the explanation of a room", () => {
  it.each([
    ["1", "v1"],
    ["11", "v2"],
    ["12", "v2.1"],
  ])("of version %s says what its ends disagree on, and who won by %s", async (version, algorithm) => {
    const { room, ours, theirs } = await forkedRoom(parts, "theirs", version);
    const explained = await explainRoom(keeping.config, room.id, { type: "m.room.topic" });
    expect(explained).toMatchObject({ roomId: room.id, roomVersion: version, algorithm, isOutside: false, differences: [] });
    expect(explained.branches.map(({ eventId }) => eventId).toSorted()).toEqual([ours.eventId, theirs.eventId].toSorted());
    const winner = (await eventIn(parts.rooms, room.view.state, "m.room.topic"))?.eventId;
    if (version !== "1") expect(winner).toBe(theirs.eventId);
    expect(explained.conflicts).toMatchObject([{ type: "m.room.topic", stateKey: "", winner }]);
    const [topic] = explained.conflicts;
    expect(topic?.candidates.map(({ eventId }) => eventId).toSorted()).toEqual([ours.eventId, theirs.eventId].toSorted());
    for (const { eventId, outcome, branches, because } of topic?.candidates ?? []) {
      expect(outcome).toBe(eventId === winner ? "won" : version === "1" ? "unchecked" : "replaced");
      expect(branches.map((i) => explained.branches[i]?.eventId)).toEqual([eventId]);
      if (version !== "1") expect(because).toContain("origin_server_ts");
    }
    expect(explained.steps?.conflicted.toSorted()).toEqual([ours.eventId, theirs.eventId].toSorted());
    expect(explained.state).toMatchObject([{ eventId: winner }]);

    // What follows both of them was sent into the resolved state.
    const merge = await parts.engine.send(room, state("m.room.name", { name: "one" }));
    const now = await explainRoom(keeping.config, room.id);
    expect([now.branches.map(({ eventId }) => eventId), now.conflicts, now.steps]).toEqual([[merge.eventId], [], undefined]);
    const then = await explainRoom(keeping.config, room.id, { at: merge.eventId });
    expect(then.at).toMatchObject({ eventId: merge.eventId, outcome: "accepted" });
    expect(then.branches).toHaveLength(2);
    expect(then.conflicts).toMatchObject([{ winner }]);
    expect(then.differences).toEqual([]);
  });

  it.each(["1", "11", "12"])("of version %s tells of every event of a large conflict", async (version) => {
    const users = 205;
    const { room, receive, topic } = await dividedRoom(parts, users, version);
    await receive();
    const explained = await explainRoom(keeping.config, room.id, { type: "m.room.topic" });
    expect(explained.differences).toEqual([]);
    // In version 1 that is no conflict which only one branch knows, and has no candidates.
    expect(explained.conflicts).toMatchObject([{ winner: topic.eventId, candidates: version === "1" ? [] : [{ eventId: topic.eventId }] }]);
    expect(explained.steps?.conflicted).toHaveLength(2 * users + (version === "1" ? 0 : 1));
    expect(explained.steps?.checks.length).toBeGreaterThanOrEqual(version === "1" ? users : 2 * users + 1);
  });

  it("names the rules by which events lost, were rejected and soft-failed", async () => {
    const remote = new RemoteServer("remote.example", parts);
    const room = await roomOf(parts, { version: "11" });
    const tip = async (): Promise<StoredEvent> => (await parts.rooms.events.get(room.head.tips.at(-1)?.nid ?? 0)) ?? expect.unreachable();
    await remote.send(room, {
      type: "m.room.member",
      stateKey: rita,
      sender: rita,
      content: { membership: "join" },
      after: [await tip()],
      state: room.head.state,
    });
    const before = { after: [await tip()], state: room.head.state };
    const rejected = await remote.send(room, { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "x" }, ...before });
    expect(rejected.outcome).toBe("rejected");
    const ban = { type: "m.room.member", stateKey: rita, sender: alice, content: { membership: "ban" } };
    await parts.engine.send(room, ban);
    const late = await remote.send(room, { type: "m.room.message", sender: rita, content: { body: "late" }, ...before });
    expect(late.outcome).toBe("soft-failed");
    const later = await remote.send(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "later" },
      after: [late.event],
      state: before.state,
    });
    expect(later.outcome).toBe("soft-failed");

    const explained = await explainRoom(keeping.config, room.id);
    expect(explained.putAside).toMatchObject([
      { eventId: later.event.eventId, outcome: "soft-failed", isTip: true, rule: expect.stringMatching(/^v11:/), reason: later.reason },
      { eventId: late.event.eventId, outcome: "soft-failed", isTip: false, reason: late.reason },
      { eventId: rejected.event.eventId, outcome: "rejected", isTip: true, rule: expect.stringMatching(/^v11:/), reason: rejected.reason },
    ]);
    const one = await explainRoom(keeping.config, room.id, { at: rejected.event.eventId });
    expect(one.at).toMatchObject({ outcome: "rejected", reason: rejected.reason });
  });

  it("names the rule by which an event of a branch lost", async () => {
    const remote = new RemoteServer("remote.example", parts);
    const carl = "@carl:remote.example";
    const levels = { state_default: 50, events: {}, users: { [alice]: 100, [carl]: 100, [rita]: 50 } };
    const room = await roomOf(parts, { version: "11", initialState: [{ type: "m.room.power_levels", content: levels }] });
    const tip = async (): Promise<StoredEvent> => (await parts.rooms.events.get(room.head.tips.at(-1)?.nid ?? 0)) ?? expect.unreachable();
    for (const user of [rita, carl])
      await remote.send(room, {
        type: "m.room.member",
        stateKey: user,
        sender: user,
        content: { membership: "join" },
        after: [await tip()],
        state: room.head.state,
      });
    const before = { after: [await tip()], state: room.head.state, stateKey: "" };
    const topic = await remote.send(room, { type: "m.room.topic", sender: rita, content: { topic: "x" }, ...before });
    const stricter = { ...levels, state_default: 75 };
    const power = await remote.send(room, { type: "m.room.power_levels", sender: carl, content: stricter, ...before });
    expect([topic.outcome, power.outcome]).toEqual(["accepted", "accepted"]);
    const { conflicts, differences } = await explainRoom(keeping.config, room.id);
    expect(differences).toEqual([]);
    expect(Object.fromEntries(conflicts.map(({ type, winner }) => [type, winner]))).toEqual({
      "m.room.power_levels": power.event.eventId,
      "m.room.topic": undefined,
    });
    const [lost] = conflicts.find(({ type }) => type === "m.room.topic")?.candidates ?? [];
    expect(lost).toMatchObject({ eventId: topic.event.eventId, outcome: "rejected", rule: expect.stringMatching(/^v11:/) });
    expect(lost?.because).toContain("power level");
  });

  it("says what it cannot find", async () => {
    const room = await roomOf(parts);
    const other = await roomOf(parts);
    const eventId = (await parts.rooms.events.get(other.head.tips[0]?.nid ?? 0))?.eventId ?? "";
    await expect(explainRoom(keeping.config, "!none:example.org")).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
    await expect(explainRoom(keeping.config, "#none:example.org")).rejects.toMatchObject({ code: "ROOM_NOT_FOUND" });
    await expect(explainRoom(keeping.config, room.id, { at: eventId })).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
    expect((await explainRoom(keeping.config, room.id, { type: "m.room.member", stateKey: "" })).state).toEqual([]);
  });
});
