import { referenceHash } from "@patrix/signatures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom, RoomHead } from "../room.ts";
import { RoomState } from "../state/room-state.ts";
import { StateSelector } from "../state/selected-state.ts";
import { EventCache } from "../timeline/event-cache.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { EventBuilder } from "./build-event.ts";
import { type EventDraft, prepareDraft } from "./event-draft.ts";

const now = 1_700_000_000_000;
let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms({ clock: { now: () => now } });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const invalid = (rule: RegExp): unknown =>
  expect.objectContaining({ name: "RoomError", code: "INVALID_EVENT", message: expect.stringMatching(rule) as string });
const newBuilder = (): EventBuilder => new EventBuilder("example.org", fixture.rooms.events, { now: () => now });

/** Builds the event that a draft becomes in a room. */
async function build(room: LoadedRoom, draft: EventDraft, { head = room.head, builder = newBuilder() } = {}) {
  const prepared = prepareDraft(draft, room.rules);
  const selected = await new StateSelector(fixture.core, fixture.rooms.events).load(head.state, prepared.authKeys);
  return builder.build({ ...room, head }, prepared, selected);
}

const timeline = (room: LoadedRoom): Promise<StoredEvent[]> =>
  fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);

/** A head with the events of a room as its tips. */
async function headOf(room: LoadedRoom): Promise<RoomHead> {
  const tips = (await timeline(room)).map(({ nid, eventId }) => ({ nid, eventId, stateNid: 0, state: RoomState.empty }));
  return { ...room.head, tips };
}

describe("an event that is built", () => {
  it("follows the tips of its room, one deeper, authorised by the state, at the time of the clock", async () => {
    const room = await roomOf(fixture);
    const events = await timeline(room);
    const { pdu } = await build(room, state("m.room.topic", { topic: "x" }));
    expect(pdu).toMatchObject({ type: "m.room.topic", state_key: "", sender: alice, room_id: room.id, origin_server_ts: now });
    expect([pdu["prev_events"], pdu["depth"]]).toEqual([[events.at(-1)?.eventId], events.length + 1]);
    // From version 12 on the create event is named by the room.
    const named = new Set(["m.room.member", "m.room.power_levels"]);
    const ids = events.filter(({ fields }) => named.has(fields.type)).map(({ eventId }) => eventId);
    expect((pdu["auth_events"] as string[]).toSorted()).toEqual(ids.toSorted());
    expect(await build(room, message("x"))).not.toHaveProperty("pdu.state_key");
  });

  it("names ten events before it at most, the newest", async () => {
    const room = await roomOf(fixture);
    for (let i = 0; i < 8; i++) await fixture.engine.send(room, message(`${i}`));
    const head = await headOf(room);
    expect(head.tips.length).toBeGreaterThan(10);
    const { pdu } = await build(room, message("x"), { head });
    expect(pdu["prev_events"]).toEqual(head.tips.slice(-10).map(({ eventId }) => eventId));
  });

  it.each(["1", "2"])("names others by ID and hash in version %s, and has an ID of its own there", async (version) => {
    const room = await roomOf(fixture, { version });
    const last = (await timeline(room)).at(-1);
    const { pdu, eventId } = await build(room, message("x"));
    expect(pdu["prev_events"]).toEqual([[last?.eventId, { sha256: referenceHash(last?.pdu ?? {}, room.rules) }]]);
    expect([eventId, eventId.endsWith(":example.org")]).toEqual([pdu["event_id"], true]);
    // Events that are named by their hashes must be in memory.
    const builder = new EventBuilder("example.org", new EventCache(fixture.core, () => version), { now: () => now });
    await expect(build(room, message("x"), { builder })).rejects.toThrow(RangeError);
  });

  it.each(["3", "10", "12"])("is named by its hash in version %s", async (version) => {
    const room = await roomOf(fixture, { version });
    const { pdu, eventId } = await build(room, message("x"));
    expect([pdu["event_id"], eventId]).toEqual([undefined, `$${referenceHash(pdu, room.rules)}`]);
  });

  it.each([
    ["10", "$target", undefined],
    ["11", undefined, "$target"],
  ])("that redacts says so where version %s has it", async (version, outside, inside) => {
    const room = await roomOf(fixture, { version });
    const { pdu } = await build(room, { type: "m.room.redaction", sender: alice, content: { reason: "r" }, redacts: "$target" });
    expect([pdu["redacts"], pdu["content"]]).toEqual([outside, { reason: "r", ...(inside !== undefined && { redacts: inside }) }]);
  });
});

describe("the first event of a room", () => {
  it("has a time of its own, so that no two rooms get the same name", async () => {
    const room = await roomOf(fixture);
    const builder = newBuilder();
    const head: RoomHead = { ...room.head, tips: [], depth: 0, stateNid: 0, state: RoomState.empty };
    const create = { type: "m.room.create", stateKey: "", sender: alice, content: { room_version: "12" } };
    const built = [];
    for (let i = 0; i < 3; i++) built.push(await build({ ...room, id: "" }, create, { head, builder }));
    expect(built.map(({ pdu }) => pdu["origin_server_ts"])).toEqual([now, now + 1, now + 2]);
    expect(new Set(built.map(({ eventId }) => eventId)).size).toBe(3);
    expect(built[0]?.pdu).toMatchObject({ prev_events: [], auth_events: [], depth: 1 });
    expect(built[0]?.pdu).not.toHaveProperty("room_id");
    // Others share theirs.
    expect((await build(room, message("x"), { builder })).pdu["origin_server_ts"]).toBe(now);
  });
});

describe("an event is refused", () => {
  it("with NUL in its type or state key", async () => {
    const room = await roomOf(fixture);
    for (const draft of [message("x"), state("m.room.topic", {})])
      await expect(build(room, { ...draft, type: "a\0b" })).rejects.toEqual(invalid(/NUL/));
    await expect(build(room, { ...state("m.room.topic", {}), stateKey: "a\0b" })).rejects.toEqual(invalid(/NUL/));
  });

  it("where its content has no canonical form, by the place in it", async () => {
    const room = await roomOf(fixture);
    await expect(build(room, { ...message("x"), content: { deep: [{ number: 1.5 }] } })).rejects.toEqual(
      invalid(/^\/content\/deep\/0\/number: /),
    );
    await expect(build(room, { ...message("x"), content: { body: "\ud800" } })).rejects.toEqual(invalid(/^\/content\/body: /));
  });

  it("when it is larger than 65,536 bytes", async () => {
    const room = await roomOf(fixture);
    await build(room, message("x".repeat(60_000)));
    await expect(build(room, message("x".repeat(65_536)))).rejects.toMatchObject({ name: "RoomError", code: "EVENT_TOO_LARGE" });
  });
});
