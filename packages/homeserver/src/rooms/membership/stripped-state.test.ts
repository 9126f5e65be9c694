import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { renderStrippedState } from "./stripped-state.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

interface Stripped {
  readonly type: string;
  readonly state_key: string;
  readonly event_id?: string;
  readonly origin_server_ts?: number;
}

async function stripped(room: LoadedRoom, userId: string): Promise<Stripped[]> {
  return (await renderStrippedState(fixture.rooms, room, userId)).map((json) => JSON.parse(json) as Stripped);
}
const members = (events: readonly Stripped[]): string[] =>
  events.filter(({ type }) => type === "m.room.member").map((event) => event.state_key);

it("an invite shows what describes the room, who invites, and the invite itself with its ID and time", async () => {
  const room = await roomOf(fixture, { joined: [carol], invite: [bob] });
  await fixture.engine.send(room, state("m.room.name", { name: "Cake" }));
  await fixture.engine.send(room, state("org.example", { a: 1 }));
  const events = await stripped(room, bob);
  const types = events.map(({ type }) => type);
  expect([types.includes("m.room.create"), types.includes("m.room.name"), types.includes("org.example")]).toEqual([true, true, false]);
  expect(members(events)).toEqual([alice, bob]);
  const dated = events.filter((event) => event.event_id !== undefined);
  expect(dated).toMatchObject([
    { type: "m.room.create", event_id: expect.stringMatching(/^\$/), origin_server_ts: expect.any(Number) },
    { state_key: bob, event_id: expect.stringMatching(/^\$/), origin_server_ts: expect.any(Number) },
  ]);
});

it("a user's own membership is shown once where nobody else sent it, and not where there is none", async () => {
  const room = await roomOf(fixture, { joined: [bob] });
  expect(members(await stripped(room, bob))).toEqual([bob]);
  expect(members(await stripped(room, carol))).toEqual([]);
});
