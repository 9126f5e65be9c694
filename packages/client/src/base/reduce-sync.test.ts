import type { SyncResponse } from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeMember } from "./members.ts";
import { reduceSync } from "./reduce-sync.ts";
import { type BaseState, emptyBaseState, type RoomData } from "./room-data.ts";
import { roomName } from "./room-name.ts";

const me: UserId = "@me:example.org";
const roomId: RoomId = "!room:example.org";
const context = { userId: me, incremental: true };
let counter = 0;

function event(type: string, content: object, more: Partial<ClientEventWithoutRoomId> = {}): ClientEventWithoutRoomId {
  counter += 1;
  return { event_id: `$e${counter}`, type, sender: me, origin_server_ts: counter, content: { ...content }, ...more };
}
function member(id: string, membership: string, displayname?: string): ClientEventWithoutRoomId {
  return event("m.room.member", { membership, displayname }, { state_key: id, sender: id as UserId });
}
function joined(events: ClientEventWithoutRoomId[], more: object = {}): SyncResponse {
  return { next_batch: "t", rooms: { join: { [roomId]: { timeline: { events }, ...more } } } };
}
function reduceAll(responses: readonly SyncResponse[], from: BaseState = emptyBaseState): BaseState {
  return responses.reduce((state, response) => reduceSync(state, response, context).state, from);
}
function plain(room: RoomData | undefined): unknown {
  return room && { ...room, state: [...room.state].map(([type, entries]) => [type, [...entries]]), receipts: [...room.receipts] };
}

const anyEvent = fc.oneof(
  fc.record({ type: fc.constant("m.room.message"), content: fc.record({ msgtype: fc.constant("m.text"), body: fc.string() }) }),
  fc.record({ type: fc.constant("m.room.name"), state_key: fc.constant(""), content: fc.record({ name: fc.string() }) }),
  fc.record({
    type: fc.constant("m.room.member"),
    state_key: fc.constantFrom("@a:x", "@b:x", "@c:x"),
    content: fc.record({ membership: fc.constantFrom("join", "leave", "ban"), displayname: fc.constantFrom("A", "B") }),
  }),
  fc.record({ type: fc.constant("m.room.redaction"), redactNth: fc.nat(20) }),
);

describe("reducing sync responses", () => {
  it("takes who types from typing notifications, and nothing from ephemeral events that it does not know", () => {
    const typing = { type: "m.typing", content: { user_ids: ["@a:x", me] } };
    const unknown = { type: "org.example", content: { user_ids: ["@b:x"] } };
    const { rooms } = reduceAll([joined([], { ephemeral: { events: [typing, unknown] } })]);
    expect(rooms.get(roomId)?.typing).toEqual(["@a:x"]);
  });

  it("redacts state, which stays set, and the latest event", () => {
    const name = event("m.room.name", { name: "Cake" }, { state_key: "" });
    const redaction = event("m.room.redaction", {}, { redacts: name.event_id });
    const { rooms } = reduceAll([joined([name, event("m.room.topic", { topic: "kept" }, { state_key: "" })]), joined([redaction])]);
    const state = rooms.get(roomId)?.state;
    expect(["m.room.name", "m.room.topic"].map((type) => state?.get(type)?.get("")?.content)).toEqual([{}, { topic: "kept" }]);
  });

  it("keeps the receipts of the 500 others who read last", () => {
    const read = (...names: number[]): SyncResponse => {
      const users = Object.fromEntries(names.map((name) => [`@${name}:x`, { ts: 1 }]));
      return joined([], { ephemeral: { events: [{ type: "m.receipt", content: { $e: { "m.read": users } } }] } });
    };
    const many = Array.from({ length: 500 }, (_, i) => i);
    const kept = (...responses: SyncResponse[]): UserId[] => [...(reduceAll(responses).rooms.get(roomId)?.receipts.keys() ?? [])];
    expect(kept(read(...many))).toHaveLength(500);
    expect(kept(read(...many), read(0, 500)).toSorted()).toEqual([...many.filter((i) => i !== 1), 500].map((i) => `@${i}:x`).toSorted());
  });

  it("gives the same state however a timeline is split into responses", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), fc.array(fc.nat(30), { maxLength: 5 }), (drafts, cuts) => {
        const events = drafts.map((draft, index): ClientEventWithoutRoomId => ({
          event_id: `$${index}`,
          type: draft.type,
          sender: me,
          origin_server_ts: index,
          content: "content" in draft ? { ...draft.content } : {},
          ...("redactNth" in draft ? { redacts: `$${draft.redactNth % (index + 1)}` as const } : {}),
          ...("state_key" in draft ? { state_key: draft.state_key } : {}),
        }));
        const bounds = [0, ...cuts.toSorted((a, b) => a - b), events.length];
        const parts = bounds.slice(1).map((end, index) => joined(events.slice(bounds[index], end)));
        const whole = reduceAll([joined([]), joined(events)]).rooms.get(roomId);
        expect(plain(reduceAll([joined([]), ...parts]).rooms.get(roomId))).toEqual(plain(whole));
      }),
    );
  });

  it("changes neither the state nor the response", () => {
    const state = reduceAll([joined([event("m.room.name", { name: "a" }, { state_key: "" })])]);
    const response = joined([event("m.room.name", { name: "b" }, { state_key: "" })]);
    const before = [plain(state.rooms.get(roomId)), structuredClone(response)];
    reduceSync(state, response, context);
    expect([plain(state.rooms.get(roomId)), response]).toEqual(before);
  });

  it("takes state from state_after alone where the server gives it", () => {
    const old = event("m.room.name", { name: "old" }, { state_key: "" });
    const now = event("m.room.name", { name: "now" }, { state_key: "" });
    const state = reduceAll([joined([now, old], { state_after: { events: [now] } })]);
    expect(roomName(state.rooms.get(roomId)!, me)).toBe("now");
  });

  it("has no live events in the first sync, and none from before the user joined", () => {
    const old = event("m.room.message", { msgtype: "m.text", body: "old" });
    const join = member(me, "join");
    const fresh = event("m.room.message", { msgtype: "m.text", body: "new" });
    const first = reduceSync(emptyBaseState, joined([old]), { userId: me, incremental: false });
    expect(first.rooms.get(roomId)?.live).toEqual([]);
    expect(reduceSync(emptyBaseState, joined([old, join, fresh]), context).rooms.get(roomId)?.live).toEqual([join, fresh]);
    expect(reduceSync(first.state, joined([fresh]), context).rooms.get(roomId)?.live).toEqual([fresh]);
  });

  it("keeps stripped state of an invite, and drops it for the real one on joining", () => {
    const invite = { type: "m.room.name", state_key: "", sender: me, content: { name: "come" } };
    const invited = reduceAll([{ next_batch: "t", rooms: { invite: { [roomId]: { invite_state: { events: [invite] } } } } }]);
    expect(invited.rooms.get(roomId)?.membership).toBe("invite");
    const changes = reduceSync(invited, joined([member(me, "join")]), context);
    expect(
      changes.state.rooms.get(roomId)?.state.has("m.room.name") && changes.state.rooms.get(roomId)?.state.get("m.room.name")?.size,
    ).toBeFalsy();
    expect(changes.rooms.get(roomId)?.changedState).toContainEqual({ type: "m.room.name", stateKey: "" });
  });

  it("forgets most of a room that the user left, and knows a ban", () => {
    const before = reduceAll([
      joined([member(me, "join"), member("@a:x", "join"), event("m.room.name", { name: "n" }, { state_key: "" })]),
    ]);
    const after = reduceAll([{ next_batch: "t", rooms: { leave: { [roomId]: { timeline: { events: [member(me, "ban")] } } } } }], before);
    const room = after.rooms.get(roomId)!;
    expect([room.membership, [...room.state.get("m.room.member")!.keys()], roomName(room, me)]).toEqual(["ban", [me], "n"]);
  });
});

describe("names", () => {
  it("tells members of one name apart", () => {
    const room = reduceAll([
      joined([member("@a:x", "join", "Sam"), member("@b:x", "join", "Sam"), member("@c:x", "join", "@a:x")]),
    ]).rooms.get(roomId)!;
    expect(describeMember(room, "@a:x").disambiguated).toBe("Sam (@a:x)");
    expect(describeMember(room, "@c:x").disambiguated).toBe("@a:x (@c:x)");
    expect(describeMember(room, "@z:x")).toMatchObject({ name: "@z:x", disambiguated: "@z:x", membership: "leave" });
  });

  it.each([
    [["@a:x"], 2, "A"],
    [["@a:x", "@b:x"], 3, "A and B"],
    [["@a:x", "@b:x"], 5, "A, B, and 2 others"],
    [["@a:x"], 1, "Empty Room (was A)"],
    [[], 1, "Empty Room"],
    [[], 4, "4 members"],
  ])("names a room of %j with %d members %j", (heroes, count, name) => {
    const summary = { "m.heroes": heroes, "m.joined_member_count": count };
    const members = heroes.map((id) => member(id, "join", id.slice(1, 2).toUpperCase()));
    expect(roomName(reduceAll([joined(members, { summary })]).rooms.get(roomId)!, me)).toBe(name);
  });
});
