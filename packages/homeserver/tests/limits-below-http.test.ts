// Limits so large that what comes before the last step is put into the store.
import { expect, it } from "vitest";
import { type LimitName, limits } from "../src/limits.ts";
import { createRoom } from "../src/rooms/write/create-room.ts";
import { operation } from "../src/store/statement.ts";
import { signersOfKey, upsertKeySignature } from "../src/store/statements/keys.ts";
import { insertAlias, publishRoom, upsertMembership } from "../src/store/statements/rooms.ts";
import { openDevices } from "./composed-devices.ts";
import { crossSigningKey, deviceKeys, newKey, sign, v3 } from "./device-requests.ts";
import { composed } from "./remote/compose.ts";

const alice = "@alice:localhost";
const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);
const isOver = (limit: LimitName): unknown => expect.objectContaining({ code: "LIMIT_EXCEEDED", limit });

/** Checks that one of those who come at once gets the last place, and the others hear of the limit. */
async function expectOne(limit: LimitName, attempts: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(attempts);
  const refused = outcomes.filter(({ status }) => status === "rejected");
  expect(refused).toEqual(numbers(attempts.length - 1).map(() => ({ status: "rejected", reason: isOver(limit) })));
}

/** A server with a user who has a room. */
async function withRoom() {
  const server = await composed();
  const { accounts, rooms } = server.parts;
  const { userNid } = await accounts.accounts.create({ localpart: "alice" });
  const request = { creator: alice, preset: "public_chat", invite: [], initialState: [] } as const;
  const make = (more: object = {}) => createRoom(rooms.rooms, rooms.engine, rooms.profileOf, { ...request, ...more });
  return { server, ...server.parts, userNid, make, room: await make() };
}

it("aliasesOfUser bounds the aliases that a user has made, over all rooms", async () => {
  const { server, core, aliases, userNid, make, room } = await withRoom();
  await using _closing = server;
  const missing = limits.aliasesOfUser.value - 1;
  await core.store.commit(numbers(missing).map((i) => operation(insertAlias, `#a${i}:localhost`, 1_000_000 + i, userNid)));
  await aliases.set("#last:localhost", room.nid, userNid);
  await expect(aliases.set("#more:localhost", room.nid, userNid)).rejects.toEqual(isOver("aliasesOfUser"));
  await expect(make({ alias: "#more:localhost" })).rejects.toEqual(isOver("aliasesOfUser"));
  expect([await aliases.roomId("#more:localhost"), await aliases.ofRoom(room.nid)]).toEqual([undefined, ["#last:localhost"]]);
  await aliases.remove("#last:localhost", { userNid, userId: alice });
  await aliases.set("#more:localhost", room.nid, userNid);
});

it("publishedRooms bounds the rooms that a user has put into the directory", async () => {
  const { server, core, published, userNid, make, room } = await withRoom();
  await using _closing = server;
  const other = await make();
  const missing = limits.publishedRooms.value - 1;
  await core.store.commit(numbers(missing).map((i) => operation(publishRoom, 1_000_000 + i, userNid)));
  await published.set(room.nid, true, userNid);
  await published.set(room.nid, true, userNid);
  await expect(published.set(other.nid, true, userNid)).rejects.toEqual(isOver("publishedRooms"));
  await expect(make({ published: true })).rejects.toEqual(isOver("publishedRooms"));
  expect([await published.has(room.nid), await published.has(other.nid)]).toEqual([true, false]);
  await published.set(room.nid, false, userNid);
  await published.set(other.nid, true, userNid);
});

it("aliasesOfUser and publishedRooms are not passed by those who come at once", async () => {
  const { server, core, aliases, published, userNid, make, room } = await withRoom();
  await using _closing = server;
  const others = await Promise.all(numbers(10).map(() => make()));
  await core.store.commit([
    ...numbers(limits.aliasesOfUser.value - 1).map((i) => operation(insertAlias, `#a${i}:localhost`, 1_000_000 + i, userNid)),
    ...numbers(limits.publishedRooms.value - 1).map((i) => operation(publishRoom, 1_000_000 + i, userNid)),
  ]);
  await expectOne("aliasesOfUser", [
    ...others.map(({ nid }, i) => aliases.set(`#set${i}:localhost`, nid, userNid)),
    ...numbers(10).map((i) => make({ alias: `#made${i}:localhost` })),
  ]);
  await expectOne("publishedRooms", [
    ...others.map(({ nid }) => published.set(nid, true, userNid)),
    ...numbers(10).map(() => make({ published: true })),
  ]);
  expect(await aliases.ofRoom(room.nid)).toEqual([]);
});

it("aliasesOfRoom is not passed by those who come at once", async () => {
  const { server, core, aliases, userNid, room } = await withRoom();
  await using _closing = server;
  const most = limits.aliasesOfRoom.value;
  await core.store.commit(numbers(most - 1).map((i) => operation(insertAlias, `#a${i}:localhost`, room.nid, 1_000_000 + i)));
  await expectOne(
    "aliasesOfRoom",
    numbers(20).map((i) => aliases.set(`#more${i}:localhost`, room.nid, userNid + i)),
  );
  expect(await aliases.ofRoom(room.nid)).toHaveLength(most);
});

it("joinedRooms and pendingInvites are not passed by those who come at once", async () => {
  const { server, core, accounts, rooms, make } = await withRoom();
  await using _closing = server;
  const [bob, carol] = ["@bob:localhost", "@carol:localhost"];
  const [joined, invited] = [limits.joinedRooms.value - 1, limits.pendingInvites.value - 1];
  const { userNid: bobNid } = await accounts.accounts.create({ localpart: "bob" });
  const { userNid: carolNid } = await accounts.accounts.create({ localpart: "carol" });
  await core.store.commit([
    ...numbers(joined).map((i) => operation(upsertMembership, 1_000_000 + i, bobNid, "join", 1, 1)),
    ...numbers(invited).map((i) => operation(upsertMembership, 1_000_000 + i, carolNid, "invite", 1, 1)),
  ]);
  const some = await Promise.all(numbers(20).map(() => make()));
  await expectOne("joinedRooms", [
    ...some.slice(0, 7).map((room) => rooms.members.join(room, bob)),
    ...some.slice(7, 14).map((room) => rooms.members.setMembership(room, { sender: bob, target: bob }, { membership: "join" })),
    ...numbers(6).map(() => make({ creator: bob })),
  ]);
  await expectOne("pendingInvites", [
    ...some.slice(0, 10).map((room) => rooms.members.invite(room, { sender: alice, target: carol })),
    ...some.slice(10).map((room) => rooms.members.setMembership(room, { sender: alice, target: carol }, { membership: "invite" })),
  ]);
});

it("joinedRooms bounds the rooms that a user is in", async () => {
  const { server, core, accounts, rooms, userNid, room, make } = await withRoom();
  await using _closing = server;
  const { userNid: bobNid } = await accounts.accounts.create({ localpart: "bob" });
  const missing = limits.joinedRooms.value - 1;
  await core.store.commit(
    [userNid, bobNid].flatMap((nid) => numbers(missing).map((i) => operation(upsertMembership, 1_000_000 + i, nid, "join", 1, 1))),
  );
  rooms.rooms.reload(room);
  const bob = "@bob:localhost";
  await rooms.members.join(room, bob);
  await rooms.members.join(room, bob);
  await expect(make()).rejects.toEqual(isOver("joinedRooms"));
  await rooms.members.leave(room, bob);
  await rooms.members.leave(room, alice);
  const own = await make();
  const [first] = [await rooms.rooms.load(room)];
  await expect(rooms.members.join(room, alice)).rejects.toEqual(isOver("joinedRooms"));
  await expect(rooms.members.setMembership(first, { sender: alice, target: alice }, { membership: "join" })).rejects.toEqual(
    isOver("joinedRooms"),
  );
  expect(first.view.members.get(userNid)?.membership).toBe("leave");
  await rooms.members.setMembership(own, { sender: alice, target: alice }, { membership: "join", more: 1 });
});

it("keySignatures bounds the signatures of a user on one key, and those of a device go with it", async () => {
  await using server = await openDevices();
  const userId = "@alice:example.org";
  await server.login(userId, "A1");
  const [device, master] = [newKey(), newKey()];
  await server.request("POST", `${v3}/keys/upload`, { device_keys: deviceKeys(userId, "A1", device) }, "A1");
  const masterKey = crossSigningKey(userId, "master", master);
  await server.request("POST", `${v3}/keys/device_signing/upload`, { master_key: masterKey }, "A1");
  const userNid = await server.core.users.intern(userId);
  const missing = limits.keySignatures.value;
  await server.core.store.commit(
    numbers(missing).map((i) => operation(upsertKeySignature, userNid, master.publicKey, userNid, `ed25519:D${i}`, "x")),
  );
  const signed = { [userId]: { [master.publicKey]: sign(masterKey, userId, device, "ed25519:A1") } };
  const upload = () => server.request("POST", `${v3}/keys/signatures/upload`, signed, "A1");
  expect(await upload()).toMatchObject({ status: 413, body: { errcode: "M_TOO_LARGE" } });
  const names = async () => (await server.core.store.all(signersOfKey, userNid, master.publicKey, userNid)).map((row) => row.key_id);
  expect(await names()).toHaveLength(missing);
  await server.core.store.commit([operation(upsertKeySignature, userNid, master.publicKey, userNid, "ed25519:A1", "x")]);
  await server.core.store.commit([operation(upsertKeySignature, userNid, "A1", userNid, "ed25519:D1", "x")]);
  expect((await server.request("POST", `${v3}/logout`, {}, "A1")).status).toBe(200);
  expect(await names()).toHaveLength(missing);
  expect(await names()).not.toContain("ed25519:A1");
  expect(await server.core.store.all(signersOfKey, userNid, "A1", userNid)).toEqual([]);
});
