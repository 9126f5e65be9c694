import type { JsonObject } from "@patrix/api";
import { noFederation } from "../../other-servers.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf, state } from "../../../tests/room-of.ts";
import { stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import { Members, type UserPorts } from "./members.ts";
import { membershipOf } from "./restricted-join.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const failsWith = (code: string): unknown => expect.objectContaining({ name: "RoomError", code });
const membership = (room: LoadedRoom, userId: string): Promise<string | undefined> => membershipOf(fixture.rooms, room, userId);
const content = async (room: LoadedRoom, userId: string): Promise<JsonObject | undefined> =>
  (await stateEvent(fixture.rooms, room, "m.room.member", userId))?.content;

/** Members whose users are as the ports say. */
function membersOf(ports: Partial<UserPorts>): Members {
  const nobody = { profileOf: async () => ({}), blocksInvites: async () => false, isGuest: async () => false };
  return new Members(fixture.rooms, fixture.engine, { ...nobody, otherServers: noFederation(fixture.core.serverName), ...ports });
}

describe("a join", () => {
  it("is one event, however often and at once it is asked for", async () => {
    const room = await roomOf(fixture);
    await Promise.all([fixture.members.join(room, bob), fixture.members.join(room, bob)]);
    const end = room.view.end;
    await fixture.members.join(room, bob, { more: true });
    expect([await membership(room, bob), room.view.end]).toEqual(["join", end]);
  });

  it("shows the profile, which what the client adds does not replace", async () => {
    const room = await roomOf(fixture);
    const members = membersOf({ profileOf: async () => ({ displayname: "Bob" }) });
    await members.join(room, bob, { displayname: "Eve", membership: "ban", reason: "hello" });
    expect(await content(room, bob)).toEqual({ displayname: "Bob", membership: "join", reason: "hello" });
  });

  it("is no guest's where the room does not let guests in, by either way", async () => {
    const room = await roomOf(fixture);
    const members = membersOf({ isGuest: async () => true });
    const change = { sender: bob, target: bob };
    await expect(members.join(room, bob)).rejects.toEqual(failsWith("NO_GUESTS"));
    await expect(members.setMembership(room, change, { membership: "join" })).rejects.toEqual(failsWith("NO_GUESTS"));
    await fixture.engine.send(room, state("m.room.guest_access", { guest_access: "can_join" }));
    await members.join(room, bob);
    expect(await membership(room, bob)).toBe("join");
  });

  it("says nothing of an authorising user that the server has not found", async () => {
    const room = await roomOf(fixture);
    const claimed = { membership: "join", join_authorised_via_users_server: alice };
    await fixture.members.setMembership(room, { sender: bob, target: bob }, claimed);
    expect(await content(room, bob)).toEqual({ membership: "join" });
  });
});

describe("an invite", () => {
  it("reaches nobody who takes none, or is banned", async () => {
    const room = await roomOf(fixture);
    const members = membersOf({ blocksInvites: async (userId) => userId === carol });
    const change = { sender: alice, target: carol };
    await expect(members.invite(room, change)).rejects.toEqual(failsWith("INVITE_BLOCKED"));
    await expect(members.setMembership(room, change, { membership: "invite" })).rejects.toEqual(failsWith("INVITE_BLOCKED"));
    await members.invite(room, { sender: alice, target: bob, reason: "come" });
    expect(await content(room, bob)).toEqual({ membership: "invite", reason: "come" });
    await members.ban(room, { sender: alice, target: bob });
    await expect(members.invite(room, { sender: alice, target: bob })).rejects.toEqual(failsWith("FORBIDDEN"));
  });

  it("is refused for a user of a server that cannot be asked", async () => {
    const room = await roomOf(fixture);
    const invite = fixture.members.invite(room, { sender: alice, target: "@rita:remote.example" });
    await expect(invite).rejects.toMatchObject({ code: "UNREACHABLE" });
  });
});

describe("a kick, a ban and their end", () => {
  it("find only those whom they concern", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    const onBob = { sender: alice, target: bob };
    await expect(fixture.members.unban(room, onBob)).rejects.toEqual(failsWith("FORBIDDEN"));
    await fixture.members.kick(room, onBob);
    await expect(fixture.members.kick(room, onBob)).rejects.toEqual(failsWith("FORBIDDEN"));
    await fixture.members.ban(room, onBob);
    await expect(fixture.members.kick(room, onBob)).rejects.toEqual(failsWith("FORBIDDEN"));
    expect(await membership(room, bob)).toBe("ban");
    await fixture.members.unban(room, onBob);
    expect(await membership(room, bob)).toBe("leave");
  });
});

it("forgets a room that was left, and none before", async () => {
  const room = await roomOf(fixture, { joined: [bob] });
  const bobNid = await fixture.core.users.intern(bob);
  await expect(fixture.members.forget(room, bobNid)).rejects.toEqual(failsWith("NOT_LEFT"));
  await fixture.members.leave(room, bob);
  await fixture.members.forget(room, bobNid);
  expect((await fixture.rooms.ofUser(bobNid)).get(room.nid)).toMatchObject({ membership: "leave", forgotten: true });
  await fixture.members.join(room, bob);
  expect((await fixture.rooms.ofUser(bobNid)).get(room.nid)?.forgotten).toBe(false);
});

it("shows the newest of profiles that change at once in every joined room, and in no other", async () => {
  const dave = "@dave:example.org";
  const rooms = [await roomOf(fixture, { joined: [dave] }), await roomOf(fixture, { joined: [dave] })];
  const left = await roomOf(fixture, { joined: [dave] });
  await fixture.members.leave(left, dave);
  let changes = 0;
  const members = membersOf({ profileOf: async () => ({ displayname: `Dave ${changes}` }) });
  await Promise.all(
    Array.from({ length: 5 }, () => {
      changes++;
      return members.updateProfile(dave);
    }),
  );
  for (const room of rooms) expect((await content(room, dave))?.["displayname"]).toBe("Dave 5");
  expect(await membership(left, dave)).toBe("leave");
});
