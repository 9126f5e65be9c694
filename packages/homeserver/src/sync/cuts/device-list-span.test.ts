import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../../compose/create-homeserver.ts";
import type { PositionVector } from "../../log/position.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { createRoom } from "../../rooms/write/create-room.ts";
import { composed } from "../../../tests/remote/compose.ts";
import { deviceListsBetween } from "./device-list-span.ts";
import type { ChangedDeviceLists } from "./device-list-changes.ts";
import { RoomEphemeral } from "./room-ephemeral.ts";
import { RoomSpans } from "./room-spans.ts";
import { RoomUpdates } from "./room-updates.ts";
import { SentMembers } from "./sent-members.ts";
import type { SyncDevice } from "./sync-sources.ts";
import { TimelineSections } from "./timeline-sections.ts";

let server: ComposedHomeserver;
let updates: RoomUpdates;
let me: SyncDevice;
let room: LoadedRoom;
let [ann, ben] = ["", ""];
let tests = 0;
beforeAll(async () => {
  server = await composed({ shards: 2 });
  const { rooms, states, timelines, visibility, clientEvents, receipts, typing } = server.parts.rooms;
  const sections = new TimelineSections(states, timelines, visibility);
  const ephemeral = new RoomEphemeral(rooms, receipts, typing);
  updates = new RoomUpdates({
    rooms,
    states,
    spans: new RoomSpans(rooms, states),
    sections,
    visibility,
    clientEvents,
    ephemeral,
    sentMembers: new SentMembers(),
  });
});
beforeEach(async () => {
  tests++;
  [ann, ben] = [`@ann${tests}:localhost`, `@ben${tests}:localhost`];
  const { accounts, sessions, tokens } = server.parts.accounts;
  const account = await accounts.create({ localpart: `me${tests}` });
  const owner = await tokens.lookup((await sessions.open(account, {})).access_token);
  me = typeof owner === "object" ? owner : expect.unreachable("nobody is logged in");
  room = await newRoom();
});
afterAll(() => server[Symbol.asyncDispose]());

function newRoom(creator = me.userId): Promise<LoadedRoom> {
  const { rooms, engine, profileOf } = server.parts.rooms;
  return createRoom(rooms, engine, profileOf, { creator, preset: "public_chat", invite: [], initialState: [] });
}
const now = (): PositionVector => server.parts.core.log.committed;
const join = (of: LoadedRoom, userId: string): Promise<void> => server.parts.rooms.members.join(of, userId);
const leave = (of: LoadedRoom, userId: string): Promise<void> => server.parts.rooms.members.leave(of, userId);

async function between(since: PositionVector, upTo = now()): Promise<ChangedDeviceLists> {
  const { e2ee, rooms } = server.parts;
  const sources = {
    changedDeviceLists: (userNid: number, from: PositionVector, to: PositionVector) => e2ee.deviceLists.changed(userNid, from, to),
  };
  const { changed, left } = await deviceListsBetween({ rooms: rooms.rooms, updates, sources }, me, { since, now: upTo });
  return { changed: [...changed].toSorted(), left: [...left].toSorted() };
}

describe("the device lists that changed between two cuts", () => {
  it("are none where nothing has happened", async () => {
    await join(room, ann);
    expect(await between(now())).toEqual({ changed: [], left: [] });
  });

  it("are those of who came into a room of the user, and of who is in none any more", async () => {
    await join(room, ben);
    const since = now();
    await join(room, ann);
    await leave(room, ben);
    const upTo = now();
    await join(room, `@late${tests}:localhost`);
    expect(await between(since, upTo)).toEqual({ changed: [ann], left: [ben] });
  });

  it("are those of everyone in a room that the user has joined", async () => {
    const other = await newRoom(ann);
    await join(other, ben);
    const since = now();
    await join(other, me.userId);
    expect((await between(since)).changed).toEqual(expect.arrayContaining([ann, ben]));
  });

  it("are left of everyone in a room that the user has left, but for those of other rooms, and only once", async () => {
    await join(room, ann);
    const other = await newRoom();
    await join(other, ann);
    await join(other, ben);
    const since = now();
    await leave(other, me.userId);
    expect((await between(since)).left).toEqual([ben]);
    expect((await between(now())).left).toEqual([]);
  });

  it("are those of users with new keys", async () => {
    await join(room, ann);
    const since = now();
    const { core, e2ee } = server.parts;
    await e2ee.deviceLists.note(await core.users.intern(ann));
    expect(await between(since)).toEqual({ changed: [ann], left: [] });
  });
});
