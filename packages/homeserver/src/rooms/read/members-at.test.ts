import { getRoomVersionRules } from "@patrix/room-versions";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { position } from "../../log/position.ts";
import { applyMembership, changedMembership, type LoadedRoom, type Membership, newRoom, rememberChange } from "../room.ts";
import { placeAfter, timelineStart } from "../timeline/place.ts";
import { membersAt } from "./members-at.ts";

function emptyRoom(): LoadedRoom {
  const rules = getRoomVersionRules("12");
  if (!rules) throw new Error("there is no version 12");
  return newRoom({ nid: 1, shard: 0 }, { id: "!r:example.org", version: "12", rules, creatorNid: 1 });
}

/** Applies a change as the room does when its event is published. */
function publish({ view }: LoadedRoom, pos: number, userNid: number, membership: string): void {
  const before = view.members.get(userNid);
  rememberChange(view, { pos, userNid, before });
  applyMembership(view, userNid, changedMembership(before, { membership, eventNid: pos, pos }));
  view.end = placeAfter(pos);
}

const shown = (members: Iterable<readonly [number, Membership]>): unknown => [...members].toSorted(([a], [b]) => a - b);

it("takes back what came after a place: members, counts and where each left, at every place that is remembered", () => {
  const change = fc.record({ user: fc.integer({ min: 1, max: 5 }), membership: fc.constantFrom("join", "invite", "leave", "ban") });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const room = emptyRoom();
      const seen = [{ place: timelineStart, members: shown([]), joined: 0, invited: 0 }];
      for (const [i, { user, membership }] of changes.entries()) {
        publish(room, position(i + 1, 0), user, membership);
        const { members, joinedCount: joined, invitedCount: invited } = room.view;
        seen.push({ place: room.view.end, members: shown(members), joined, invited });
      }
      for (const { place, members, joined, invited } of seen) {
        const at = membersAt(room, place);
        expect([shown(at?.members ?? []), at?.joinedCount, at?.invitedCount]).toEqual([members, joined, invited]);
      }
    }),
  );
});

it("does not guess where it has forgotten", () => {
  const room = emptyRoom();
  for (let i = 1; i <= 100; i++) publish(room, position(i, 0), i, "join");
  expect(membersAt(room, placeAfter(position(10, 0)))).toBeUndefined();
  expect(membersAt(room, placeAfter(position(60, 0)))?.joinedCount).toBe(60);
});
