import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, roomOf } from "../../../tests/room-of.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { DeviceListChanges } from "./device-list-changes.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
let changes: DeviceListChanges;
let [stays, goes] = ["", ""];
let tests = 0;

beforeAll(async () => {
  fixture = await openRooms();
});
beforeEach(async () => {
  // Others for each test: whoever shared a room in an earlier one still does.
  [stays, goes] = [`@stays${++tests}:example.org`, `@goes${tests}:example.org`];
  room = await roomOf(fixture, { joined: [stays, goes] });
  changes = new DeviceListChanges(fixture.rooms, await nidOf(alice));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);
async function memberEvent(userId: string): Promise<StoredEvent> {
  return (await stateEvent(fixture.rooms, room, "m.room.member", userId)) ?? expect.unreachable(`${userId} was never in the room`);
}

describe("the device lists that changed", () => {
  it("are nothing to tell where nothing happened", async () => {
    expect(await changes.read()).toBeUndefined();
    await changes.addMembers([]);
    expect(await changes.read()).toBeUndefined();
  });

  it("are those of users with new keys, the user included, each once", async () => {
    changes.addChanged([await nidOf(stays), await nidOf(alice)]);
    changes.addChanged([await nidOf(stays)]);
    expect(await changes.read()).toEqual({ changed: [stays, alice], left: [] });
  });

  it("are those of everyone in a room that the user has joined, and of nobody who has left it", async () => {
    await fixture.members.leave(room, goes);
    changes.addRoom(room);
    expect((await changes.read())?.changed.toSorted()).toEqual([alice, stays].toSorted());
  });

  it("are those of members who came, not of one who has only another name, nor of the user", async () => {
    await changes.addMembers([await memberEvent(stays), await memberEvent(alice)]);
    const renamed = { membership: "join", displayname: "Another" };
    await fixture.members.setMembership(room, { sender: goes, target: goes }, renamed);
    await changes.addMembers([await memberEvent(goes)]);
    expect(await changes.read()).toEqual({ changed: [stays], left: [] });
  });

  it("are those of members who came again", async () => {
    await fixture.members.leave(room, goes);
    await fixture.members.join(room, goes);
    await changes.addMembers([await memberEvent(goes)]);
    expect(await changes.read()).toEqual({ changed: [goes], left: [] });
  });
});

describe("the device lists that may be forgotten", () => {
  it("are those of members who went and share no other room with the user", async () => {
    await roomOf(fixture, { joined: [stays] });
    for (const userId of [stays, goes]) await fixture.members.leave(room, userId);
    await changes.addMembers([await memberEvent(stays), await memberEvent(goes)]);
    expect(await changes.read()).toEqual({ changed: [], left: [goes] });
  });

  it("are those of everyone in a room that the user has left, but for the user and whom another room is shared with", async () => {
    await roomOf(fixture, { joined: [stays] });
    await fixture.members.leave(room, alice);
    await changes.addLeftRoom(room);
    expect(await changes.read()).toEqual({ changed: [], left: [goes] });
  });

  it("are not told as changed as well", async () => {
    await fixture.members.leave(room, goes);
    changes.addChanged([await nidOf(goes), await nidOf(stays)]);
    await changes.addMembers([await memberEvent(goes)]);
    expect(await changes.read()).toEqual({ changed: [stays], left: [goes] });
  });
});
