import { getRoomVersionRules } from "@patrix/room-versions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyMembership, changedMembership, joinedUsers, type LoadedRoom, type Membership, newRoom, rememberChange } from "./room.ts";
import { historyEnd, timelineStart } from "./timeline/place.ts";

function emptyRoom(): LoadedRoom {
  const rules = getRoomVersionRules("12");
  if (!rules) throw new Error("there is no version 12");
  return newRoom({ nid: 65, shard: 1 }, { id: "!r:example.org", version: "12", rules, creatorNid: 7 });
}

const membership = fc.constantFrom("join", "invite", "leave", "ban", "knock");

describe("a room before its first event", () => {
  it("has no tip, no state and no member, and ends where history does", () => {
    const { head, view, settling, ...fixed } = emptyRoom();
    expect(fixed).toMatchObject({ nid: 65, shard: 1, id: "!r:example.org", version: "12", creatorNid: 7 });
    expect([head.tips, head.depth, head.end, head.stateNid, head.state.size]).toEqual([[], 0, historyEnd, 0, 0]);
    expect([view.end, view.straightSince, view.stateNid, view.state.size]).toEqual([historyEnd, timelineStart, 0, 0]);
    expect([view.members.size, view.joinedCount, view.invitedCount, view.recentChanges, view.hasForgottenChanges, settling]).toEqual([
      0,
      0,
      0,
      [],
      false,
      undefined,
    ]);
  });

  it("shares nothing with another one", () => {
    const [one, other] = [emptyRoom(), emptyRoom()];
    applyMembership(one.view, 1, changedMembership(undefined, { membership: "join", eventNid: 1, pos: 1 }));
    rememberChange(one.view, { pos: 1, userNid: 1, before: undefined });
    expect([other.view.members.size, other.view.recentChanges]).toEqual([0, []]);
  });
});

describe("a membership", () => {
  it("says where the user last stopped being joined, whatever follows", () => {
    const story: [string, number | undefined][] = [
      ["invite", undefined],
      ["join", undefined],
      ["join", undefined],
      ["leave", 4],
      ["ban", 4],
      ["leave", 4],
      ["invite", 4],
      ["join", 4],
      ["ban", 9],
      ["leave", 9],
    ];
    let before: Membership | undefined;
    for (const [i, [name, leftPos]] of story.entries()) {
      before = changedMembership(before, { membership: name, eventNid: 100 + i, pos: i + 1 });
      expect(before).toEqual({ membership: name, eventNid: 100 + i, pos: i + 1, leftPos });
    }
  });

  it("is counted once, however often it changes", () => {
    const change = fc.record({ user: fc.integer({ min: 1, max: 4 }), membership });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const { view } = emptyRoom();
        const now = new Map<number, string>();
        for (const [i, { user, membership: name }] of changes.entries()) {
          applyMembership(view, user, changedMembership(view.members.get(user), { membership: name, eventNid: i, pos: i }));
          now.set(user, name);
        }
        const withMembership = (name: string): number[] => [...now].filter(([, of]) => of === name).map(([user]) => user);
        expect([view.joinedCount, view.invitedCount]).toEqual([withMembership("join").length, withMembership("invite").length]);
        expect(new Set(joinedUsers(view))).toEqual(new Set(withMembership("join")));
        expect(new Map([...view.members].map(([user, { membership: name }]) => [user, name]))).toEqual(now);
      }),
    );
  });
});

describe("the changes of memberships that a room remembers", () => {
  it("are the last 64, and it knows whether there were more", () => {
    const { view } = emptyRoom();
    const changes = Array.from({ length: 66 }, (_, i) => ({ pos: i, userNid: i, before: undefined }));
    for (const change of changes.slice(0, 64)) rememberChange(view, change);
    expect([view.recentChanges, view.hasForgottenChanges]).toEqual([changes.slice(0, 64), false]);
    for (const change of changes.slice(64)) rememberChange(view, change);
    expect([view.recentChanges, view.hasForgottenChanges]).toEqual([changes.slice(2), true]);
  });
});
