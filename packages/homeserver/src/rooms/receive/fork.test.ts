import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { type RemoteDraft, RemoteServer } from "../../../tests/remote/remote-server.ts";
import { alice, bob, message, roomOf, state } from "../../../tests/room-of.ts";
import { eventIn } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import { StateResolver } from "../state/resolve.ts";
import { PENDING_NID } from "../state/resolve-states.ts";
import type { RoomState } from "../state/room-state.ts";
import { internStateKey } from "../state/state-key.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { BranchStates } from "./branch-states.ts";
import { checkedEvent } from "./checked-event.ts";
import { type ForkPlan, followsStraight, moveByPlan, planFork } from "./fork.ts";

const rita = "@rita:remote.example";
/** The number that a planned event gets. */
const NID = 6_400_000;

let fixture: ComposedRooms;
let remote: RemoteServer;
let resolver: StateResolver;
let room: LoadedRoom;
/** Where Rita is in the graph. */
let fork: Pick<RemoteDraft, "after" | "state">;
beforeAll(async () => {
  fixture = await openRooms();
  remote = new RemoteServer("remote.example", fixture);
  resolver = new StateResolver(fixture.rooms);
});
beforeEach(async () => {
  const levels = { state_default: 0, events: {}, users: { [alice]: 100 } };
  room = await roomOf(fixture, { version: "11", initialState: [{ type: "m.room.power_levels", content: levels }] });
  const join = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  await remote.send(room, { ...join, after: [await tip()], state: room.head.state });
  fork = { after: [await tip()], state: room.head.state };
});
afterAll(() => fixture[Symbol.asyncDispose]());

const tip = async (): Promise<StoredEvent> =>
  (await fixture.rooms.events.get(room.head.tips.at(-1)?.nid ?? 0)) ?? expect.unreachable("the room has no tip");
const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);
const topic = { type: "m.room.topic", stateKey: "", content: { topic: "hers" } };
const topicOf = async (shown: RoomState): Promise<unknown> => (await eventIn(fixture.rooms, shown, "m.room.topic"))?.content["topic"];
const topicKey = (): Promise<number> => internStateKey(fixture.core, "m.room.topic", "");

/** What a draft of Rita's looks like on receipt. */
async function received(draft: Omit<RemoteDraft, "sender" | "after" | "state"> & Partial<RemoteDraft>) {
  const pdu = await remote.build(room, { sender: rita, ...fork, ...draft });
  const before = await new BranchStates(fixture.rooms, resolver).before(room, pdu);
  return { checked: await checkedEvent(fixture.rooms, pdu, before), prevEvents: pdu.prevEvents };
}
async function plan(draft: Parameters<typeof received>[0]): Promise<ForkPlan> {
  return planFork(fixture.rooms, resolver, room, await received(draft));
}

describe("an event follows straight", () => {
  it("when it follows every tip of the room in the state that the room has, and not otherwise", async () => {
    const isStraight = async (more: Partial<RemoteDraft> = {}): Promise<boolean> => {
      const { checked, prevEvents } = await received({ type: "m.room.message", content: { body: "x" }, ...more });
      return followsStraight(room, checked, prevEvents);
    };
    expect(await isStraight()).toBe(true);
    const ours = await fixture.engine.send(room, message("ours"));
    expect([await isStraight(), await isStraight({ after: [ours] })]).toEqual([false, true]);
    const { event: hers } = await remote.send(room, { type: "m.room.message", sender: rita, content: { body: "hers" }, ...fork });
    expect(room.head.tips).toHaveLength(2);
    expect([await isStraight({ after: [ours] }), await isStraight({ after: [hers] }), await isStraight({ after: [ours, hers] })]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("only in the room's own state: one that was resolved to another makes a fork, though it follows all tips", async () => {
    await fixture.engine.send(room, state("m.room.topic", { topic: "ours" }));
    const { checked, prevEvents } = await received({ type: "m.room.message", content: { body: "x" } });
    const head = { ...room.head, tips: [{ ...room.head.tips[0], eventId: prevEvents[0] ?? "" }] };
    expect(followsStraight({ ...room, head } as LoadedRoom, checked, prevEvents)).toBe(false);
  });
});

describe("where an event takes its room", () => {
  it("keeps the tips that it does not follow, and ends in itself", async () => {
    await fixture.engine.send(room, message("ours"));
    const [ours] = room.head.tips;
    const planned = await plan({ type: "m.room.message", content: { body: "x" } });
    expect(planned.tips).toEqual([ours]);
    const { tips, stateNid, state: resolved, memberships, operations } = moveByPlan(fixture.rooms, room, planned, NID);
    const own = { stateNid: planned.checked.before.stateNid, state: planned.checked.before.state };
    expect(tips).toEqual([ours, { nid: NID, eventId: planned.checked.eventId, ...own }]);
    expect([stateNid, resolved, memberships, operations]).toEqual([room.head.stateNid, room.head.state, [], []]);
    expect((await plan({ type: "m.room.message", content: {}, after: [await tip()] })).tips).toEqual([]);
  });

  it("is a state in which the event stands by its number, on its branch and, where it wins, in the room", async () => {
    await fixture.engine.send(room, state("m.room.topic", { topic: "ours" }));
    const key = await topicKey();
    const won = await plan({ ...topic, ts: Date.now() + 60_000 });
    expect([won.own!.get(key), won.resolved.get(key)]).toEqual([PENDING_NID, PENDING_NID]);
    const moved = moveByPlan(fixture.rooms, room, won, NID);
    expect([moved.tips.at(-1)?.state.get(key), moved.state.get(key), moved.operations.length]).toEqual([NID, NID, 2]);
    await fixture.core.store.commit(moved.operations);
    expect((await fixture.rooms.stateGroups.load(moved.stateNid)).get(key)).toBe(NID);

    const lost = moveByPlan(fixture.rooms, room, await plan({ ...topic, ts: 1 }), NID);
    expect([lost.tips.at(-1)?.state.get(key), await topicOf(lost.state), lost.stateNid]).toEqual([NID, "ours", room.head.stateNid]);
    expect(lost.operations).toHaveLength(1);
  });

  it("changes the memberships that the resolved state changes: of the event itself, of others, and of who is in no longer", async () => {
    // On our branch Bob joins. On hers the room is closed before, and Dan was let in.
    const invited = { type: "m.room.member", stateKey: "@dan:remote.example", content: { membership: "invite" } };
    const { event: dan } = await remote.send(room, { ...invited, sender: rita, ...fork });
    const withDan = fork.state.with([[await internStateKey(fixture.core, "m.room.member", "@dan:remote.example"), dan.nid]]);
    await fixture.members.join(room, bob);
    const close = { type: "m.room.join_rules", stateKey: "", content: { join_rule: "invite" }, after: [dan], state: withDan };
    const planned = await plan(close);
    const left = { userNid: await nidOf(bob), membership: "leave", eventNid: room.view.members.get(await nidOf(bob))?.eventNid };
    expect(planned.memberships).toEqual([left]);
    expect(moveByPlan(fixture.rooms, room, planned, NID).memberships).toEqual([left]);

    const join = { type: "m.room.member", stateKey: "@dan:remote.example", sender: "@dan:remote.example", content: { membership: "join" } };
    const joined = await plan({ ...join, after: [dan], state: withDan });
    const danJoins = { userNid: await nidOf("@dan:remote.example"), membership: "join" };
    expect(joined.memberships).toEqual([{ ...danJoins, eventNid: PENDING_NID }]);
    expect(moveByPlan(fixture.rooms, room, joined, NID).memberships).toEqual([{ ...danJoins, eventNid: NID }]);
  });

  it("changes memberships to those of events that were there before", async () => {
    const { event: invited } = await remote.send(room, {
      type: "m.room.member",
      stateKey: "@eve:remote.example",
      sender: rita,
      content: { membership: "invite" },
      ...fork,
    });
    // The room as it would be had it not seen the invite.
    const unaware = { ...room, head: { ...room.head, tips: [], state: fork.state } };
    const withEve = fork.state.with([[await internStateKey(fixture.core, "m.room.member", "@eve:remote.example"), invited.nid]]);
    const { checked, prevEvents } = await received({ ...topic, after: [invited], state: withEve });
    const { memberships } = await planFork(fixture.rooms, resolver, unaware, { checked, prevEvents });
    expect(memberships).toEqual([{ userNid: await nidOf("@eve:remote.example"), membership: "invite", eventNid: invited.nid }]);
  });

  it("changes no membership by an event of another type that looks like one", async () => {
    await fixture.engine.send(room, message("ours"));
    const alike = await plan({ type: "org.example.member", stateKey: rita, content: { membership: "leave" } });
    expect(alike.memberships).toEqual([]);
  });

  it("changes who may find the members by the settings that the resolved state changes, or has no longer", async () => {
    const closed = { type: "m.room.join_rules", stateKey: "", content: { join_rule: "invite" } };
    await fixture.engine.send(room, message("ours"));
    const planned = await plan(closed);
    expect(planned.openings).toEqual([{ reason: "m.room.join_rules", isOpen: false }]);
    expect(moveByPlan(fixture.rooms, room, planned, NID).openings).toEqual(planned.openings);
    const visible = { type: "m.room.history_visibility", stateKey: "", content: { history_visibility: "world_readable" } };
    expect((await plan(visible)).openings).toEqual([{ reason: "m.room.history_visibility", isOpen: true }]);
    expect((await plan({ ...visible, stateKey: "x" })).openings).toEqual([]);
    // A setting that only our branch has goes away where hers wins.
    const { before, ...checked } = (await received(topic)).checked;
    const rules = await internStateKey(fixture.core, "m.room.join_rules", "");
    const bare = fork.state.with([[rules, 0]]);
    const unaware = { ...room, head: { ...room.head, tips: [] } };
    const { openings } = await planFork(fixture.rooms, resolver, unaware, {
      checked: { ...checked, before: { ...before, state: bare } },
      prevEvents: [],
    });
    expect(openings).toEqual([{ reason: "m.room.join_rules", isOpen: false }]);
  });

  it("changes no membership by an event that loses", async () => {
    await fixture.engine.send(room, { type: "m.room.member", stateKey: rita, sender: alice, content: { membership: "ban" } });
    const renamed = await plan({ type: "m.room.member", stateKey: rita, content: { membership: "join", displayname: "Rita" } });
    const key = await internStateKey(fixture.core, "m.room.member", rita);
    expect([renamed.own!.get(key), renamed.resolved.get(key), renamed.memberships]).toEqual([PENDING_NID, room.head.state.get(key), []]);
  });
});
