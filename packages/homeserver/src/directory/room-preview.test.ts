import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf } from "../../tests/room-of.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import { createRoom } from "../rooms/write/create-room.ts";
import { RoomDescriptions } from "./room-descriptions.ts";
import { mayPreview } from "./room-preview.ts";

let fixture: ComposedRooms;
let club: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  club = await roomOf(fixture, { joined: [carol] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Who may preview a private room with some settings that Alice has made, of those whom one asks about. */
async function viewers(settings: Readonly<Record<string, object>>, version = "11", invite: readonly string[] = []): Promise<string[]> {
  const initialState = Object.entries(settings).map(([type, content]) => ({ type, content: { ...content } }));
  const room = await createRoom(fixture.rooms, fixture.engine, fixture.profileOf, {
    creator: alice,
    preset: "private_chat",
    version,
    invite,
    initialState,
  });
  const { summary } = await new RoomDescriptions(fixture.rooms).of(fixture.rooms.get(room.id));
  const seen: string[] = [];
  for (const userId of [alice, bob, carol, undefined]) {
    const viewer = userId === undefined ? undefined : { userNid: await fixture.core.users.intern(userId) };
    if (await mayPreview(fixture.rooms, summary, viewer)) seen.push(userId ?? "anybody");
  }
  return seen;
}
const rule = (join_rule: string, more: object = {}): Record<string, object> => ({ "m.room.join_rules": { join_rule, ...more } });
const ofClub = (): object => ({ allow: [{ type: "m.room_membership", room_id: club.id }] });
const everybody = [alice, bob, carol, "anybody"];

describe("a room is shown to", () => {
  it("its members and those who are invited, if it is private", async () => {
    expect(await viewers({})).toEqual([alice]);
    expect(await viewers({}, "11", [bob])).toEqual([alice, bob]);
  });

  it("everybody, if it is public, world readable or one to knock on", async () => {
    expect(await viewers(rule("public"))).toEqual(everybody);
    expect(await viewers(rule("knock"))).toEqual(everybody);
    expect(await viewers(rule("knock_restricted"))).toEqual(everybody);
    expect(await viewers({ "m.room.history_visibility": { history_visibility: "world_readable" } })).toEqual(everybody);
  });

  it("the members of rooms whose members may join", async () => {
    expect(await viewers(rule("restricted", ofClub()))).toEqual([alice, carol]);
    expect(await viewers(rule("restricted", { allow: [{ type: "org.example", room_id: club.id }, "x", null] }))).toEqual([alice]);
    expect(await viewers(rule("restricted"))).toEqual([alice]);
    expect(await viewers(rule("invite", ofClub()))).toEqual([alice]);
  });

  it("its members, if the version does not have the join rule", async () => {
    expect(await viewers(rule("knock"), "6")).toEqual([alice]);
    expect(await viewers(rule("restricted", ofClub()), "7")).toEqual([alice]);
    expect(await viewers(rule("knock_restricted", ofClub()), "9")).toEqual([alice]);
  });

  it("nobody who is banned, though in a room whose members may join", async () => {
    const room = await roomOf(fixture, {
      version: "11",
      initialState: [{ type: "m.room.join_rules", content: { join_rule: "restricted", ...ofClub() } }],
    });
    await fixture.members.ban(room, { sender: alice, target: carol });
    const { summary } = await new RoomDescriptions(fixture.rooms).of(fixture.rooms.get(room.id));
    const viewer = { userNid: await fixture.core.users.intern(carol) };
    expect(await mayPreview(fixture.rooms, summary, viewer)).toBe(false);
  });
});
