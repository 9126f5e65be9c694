import type { JsonObject } from "@patrix/api";
import { insertRule, predefinedRules } from "@patrix/push-rules";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf } from "../../tests/room-of.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import { EventOutcomes } from "./event-outcome.ts";
import { UserRules } from "./user-rules.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
let rules: UserRules;
let [bobNid, carolNid] = [0, 0];

beforeAll(async () => {
  fixture = await openRooms();
  for (const userId of [alice, bob, carol]) await fixture.device(userId);
  room = await roomOf(fixture, { joined: [bob, carol] });
  [bobNid, carolNid] = [await fixture.core.users.intern(bob), await fixture.core.users.intern(carol)];
  rules = await UserRules.open(fixture.core, fixture.pushRules);
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function outcome(more: JsonObject = {}, { sender = alice, type = "m.room.message" } = {}) {
  const event = await fixture.engine.send(room, { type, sender, content: { ...message("hello").content, ...more } });
  return new EventOutcomes(fixture.rooms, rules, fixture.syncSources).of(event);
}

const once = { notifies: 1, highlights: 0 };
const nothing = { notifies: 0, highlights: 0 };

describe("an event", () => {
  it("is the same to all who keep to the predefined rules, as far as they go", async () => {
    expect(await outcome()).toMatchObject({ roomNid: room.nid, thread: "main", isReadMark: true, common: once, own: new Map() });
    expect(await outcome({ msgtype: "m.notice" })).toMatchObject({ common: nothing, own: new Map() });
    expect(await outcome({}, { type: "org.example" })).toMatchObject({ common: nothing, own: new Map() });
  });

  it("highlights for everybody whom it mentions as the room, if its sender may", async () => {
    expect(await outcome({ "m.mentions": { room: true } })).toMatchObject({ common: { notifies: 1, highlights: 1 } });
    expect(await outcome({ "m.mentions": { room: true } }, { sender: bob })).toMatchObject({ common: once });
  });

  it("is more to those whom it mentions, if they are in the room, here and not its sender", async () => {
    const userIds = [alice, bob, "@stranger:example.org", "@bob:elsewhere.example", 7, bob];
    const highlight = new Map([[bobNid, { notifies: 0, highlights: 1 }]]);
    expect(await outcome({ "m.mentions": { user_ids: userIds } })).toMatchObject({ common: once, own: highlight });
    const custom = await outcome({ "m.mentions": { user_ids: [bob] } }, { type: "org.example" });
    expect(custom).toMatchObject({ common: nothing, own: new Map([[bobNid, { notifies: 1, highlights: 1 }]]) });
    expect(await outcome({ msgtype: "m.notice", "m.mentions": { user_ids: [bob] } })).toMatchObject({ common: nothing, own: new Map() });
  });

  it("notifies the one whom it invites, and nobody of other memberships", async () => {
    await using other = await openRooms();
    const invited = await roomOf(other, { preset: "private_chat", invite: [bob] });
    const bobsNid = await other.core.users.intern(bob);
    const of = async (eventNid: number) => {
      const event = await other.rooms.events.get(eventNid);
      if (!event) throw new Error("the membership has no event");
      return new EventOutcomes(other.rooms, await UserRules.open(other.core, other.pushRules), other.syncSources).of(event);
    };
    const invite = await of(invited.view.members.get(bobsNid)?.eventNid ?? 0);
    expect(invite).toMatchObject({ isReadMark: false, common: nothing, own: new Map([[bobsNid, once]]) });
    await other.members.join(invited, bob);
    expect((await of(invited.view.members.get(bobsNid)?.eventNid ?? 0)).own).toEqual(new Map());
  });

  it("is to one with own rules what these say, the name in the room included, and from the change on", async () => {
    const before = await fixture.engine.send(room, message("cake"));
    await rules.noteOwn(carolNid);
    const cake = insertRule(predefinedRules(carol), "content", { rule_id: "cake", pattern: "cake", actions: [] });
    const named = { rule_id: "name", conditions: [{ kind: "contains_display_name" }], actions: ["notify", { set_tweak: "highlight" }] };
    await fixture.pushRules.store(carolNid, insertRule(cake, "override", named as never));
    rules.forget(carolNid);
    expect(await outcome({ body: "cake" })).toMatchObject({ common: once, own: new Map() });
    expect(await outcome({ body: "bread" })).toMatchObject({ common: once, own: new Map([[carolNid, once]]) });
    await fixture.engine.send(room, {
      type: "m.room.member",
      stateKey: carol,
      sender: carol,
      content: { membership: "join", displayname: "Caz" },
    });
    expect((await outcome({ body: "hi, caz!" })).own.get(carolNid)).toEqual({ notifies: 1, highlights: 1 });
    expect((await outcome({ body: "mine" }, { sender: carol })).own).toEqual(new Map());
    expect((await new EventOutcomes(fixture.rooms, rules, fixture.syncSources).of(before)).own).toEqual(new Map());
  });
});
