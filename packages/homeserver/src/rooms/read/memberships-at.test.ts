import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf } from "../../../tests/room-of.ts";
import { lastCovered, type PositionVector } from "../../log/position.ts";
import type { LoadedRoom } from "../room.ts";
import type { UserMembership } from "../rooms.ts";
import { membershipsAt } from "./memberships-at.ts";

let fixture: ComposedRooms;
let user = "";
let userNid = 0;
let tests = 0;
beforeAll(async () => {
  fixture = await openRooms({ shards: 2 });
});
beforeEach(async () => {
  user = `@user${++tests}:example.org`;
  userNid = await fixture.core.users.intern(user);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const now = (): PositionVector => fixture.core.log.committed;
const at = async (cut: PositionVector): Promise<ReadonlyMap<number, UserMembership>> =>
  new Map(await membershipsAt(fixture.rooms, fixture.states, { userNid, userId: user }, cut));
async function told(room: LoadedRoom, cut: PositionVector): Promise<readonly [string | undefined, boolean | undefined]> {
  const found = (await at(cut)).get(room.nid);
  return [found?.membership, found && found.leftPos !== undefined];
}

/** Changes the members of a room so often that it no longer remembers what was before. */
async function forgetChanges(room: LoadedRoom): Promise<void> {
  for (let i = 0; i < 35; i++) {
    await fixture.members.join(room, bob);
    await fixture.members.leave(room, bob);
  }
  expect(room.view.hasForgottenChanges).toBe(true);
}

describe("the memberships of a user at a cut", () => {
  it("are those of now where nothing has changed since", async () => {
    const [joined, left] = [await roomOf(fixture, { joined: [user] }), await roomOf(fixture, { joined: [user] })];
    await fixture.members.leave(left, user);
    expect(await at(now())).toEqual(await fixture.rooms.ofUser(userNid));
    expect([(await at(now())).size, await told(joined, now()), await told(left, now())]).toEqual([2, ["join", false], ["leave", true]]);
  });

  it.each(["remembered", "forgotten"])("are those of then where they have changed since, whether that is %s", async (kept) => {
    const room = await roomOf(fixture);
    const cuts = [now()];
    // So that the cut lies behind the event of the membership.
    const cutLater = async (): Promise<void> => {
      await fixture.engine.send(room, message("between"));
      cuts.push(now());
    };
    await fixture.members.invite(room, { sender: alice, target: user });
    await cutLater();
    await fixture.members.join(room, user);
    await cutLater();
    await fixture.members.leave(room, user);
    await cutLater();
    await fixture.members.ban(room, { sender: alice, target: user });
    if (kept === "forgotten") await forgetChanges(room);
    const then: unknown[] = [];
    for (const cut of cuts) {
      then.push(await told(room, cut));
      const found = (await at(cut)).get(room.nid);
      // Where it is not known since when a user is in, it is since the cut.
      const isKnown = kept === "remembered" || found?.membership !== "join";
      expect(found?.pos).toBe(isKnown ? found?.eventNid : lastCovered(cut, room.shard));
    }
    expect(then).toEqual([
      [undefined, undefined],
      ["invite", false],
      ["join", false],
      ["leave", true],
    ]);
    expect((await told(room, now()))[0]).toBe("ban");
  });

  it("are told of a room that the user has forgotten since", async () => {
    const room = await roomOf(fixture, { joined: [user] });
    const cut = now();
    await fixture.members.leave(room, user);
    await fixture.members.forget(room, userNid);
    const list = await membershipsAt(fixture.rooms, fixture.states, { userNid, userId: user }, cut);
    expect(list).toMatchObject([[room.nid, { membership: "join", forgotten: false }]]);
    const known = await membershipsAt(fixture.rooms, fixture.states, { userNid, userId: user }, now());
    expect(known).toMatchObject([[room.nid, { membership: "leave", forgotten: true }]]);
  });
});
