import { describe, expect, it } from "vitest";
import { rita, carl, sharedRoom, expectOneTruth, topicOf } from "./shared-room.ts";

describe.each(["2", "10", "11", "12"])("a room of version %s whose graph forks", (version) => {
  it.each([1, 4])("has one state on every path: two tips in conflict, then an event that joins them (%i shards)", async (shards) => {
    await using shared = await sharedRoom(version, shards);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.topic", { topic: "ours" });
    await shared.say("on our branch");
    const theirs = { type: "m.room.topic", stateKey: "", sender: rita, after: [fork], state };
    const received = await remote.send(room, { ...theirs, content: { topic: "theirs" }, ts: Date.now() + 1_000 });
    expect(received.outcome).toBe("accepted");
    expect(room.head.tips).toHaveLength(2);
    await shared.note();
    // Sent later by its server's clock, so it comes last in the order of the algorithm and wins, in version 2 and later.
    expect(await topicOf(shared)).toBe("theirs");
    await expectOneTruth(shared);

    const winner = { type: "m.room.avatar", stateKey: "", sender: rita, content: { url: "mxc://remote.example/a" } };
    await remote.send(room, { ...winner, after: [received.event], state: state.with([]) });
    await shared.note();
    expect(room.head.tips).toHaveLength(2);

    await shared.say("joins the branches");
    expect(room.head.tips).toHaveLength(1);
    const joining = await shared.tip();
    expect(joining.pdu["prev_events"]).toHaveLength(2);
    await shared.set("m.room.topic", { topic: "after" });
    expect(await topicOf(shared)).toBe("after");
    await expectOneTruth(shared);
  });

  it("does not tell a state event that lost as if it had won, though it came last", async () => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.topic", { topic: "ours" });
    const lost = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "theirs" }, after: [fork], state, ts: 1 };
    expect((await remote.send(room, lost)).outcome).toBe("accepted");
    await shared.note();
    expect(await topicOf(shared)).toBe("ours");
    await expectOneTruth(shared);
    await shared.say("after it");
    await expectOneTruth(shared);
  });

  it("joins branches by an event of the other server, too", async () => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.topic", { topic: "ours" });
    const ours = await shared.tip();
    const { event: theirs } = await remote.send(room, {
      type: "m.room.topic",
      stateKey: "",
      sender: rita,
      content: { topic: "theirs" },
      after: [fork],
      state,
    });
    await shared.note();
    const joined = await remote.send(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "both" },
      after: [ours, theirs],
      state: room.head.state,
    });
    expect([joined.outcome, room.head.tips.length]).toEqual(["accepted", 1]);
    await shared.note();
    await shared.say("goes on");
    await expectOneTruth(shared);
  });

  it("brings back a state that lost on one branch, and counts members by the resolved state", async () => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room, alice } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.member", { membership: "ban" }, carl);
    // Carl does not know of the ban yet, and renames himself.
    const renamed = { type: "m.room.member", stateKey: carl, sender: carl, content: { membership: "join", displayname: "Carl" } };
    const late = await remote.send(room, { ...renamed, after: [fork], state });
    expect(late.outcome).toBe("soft-failed");
    await shared.note();
    expect((await alice.call<{ joined: Record<string, unknown> }>("GET", `/rooms/${room.id}/joined_members`)).joined).not.toHaveProperty(
      carl,
    );
    await expectOneTruth(shared);
    // Rita has seen both: what follows a soft-failed event takes part in the resolution, and the ban wins.
    const both = [await shared.tip(), late.event];
    const after = await remote.send(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "x" },
      after: both,
      state: room.head.state,
    });
    expect(after.outcome).toBe("accepted");
    await shared.note();
    expect(room.view.members.get(await shared.server.parts.core.users.intern(carl))?.membership).toBe("ban");
    await expectOneTruth(shared);
  });
});
