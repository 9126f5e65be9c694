import type { NamedPdu } from "@patrix/signatures";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { named } from "../../../tests/remote/hand-over.ts";
import { alice, message, roomOf } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import { eventStatus } from "../timeline/stored-event.ts";
import { EventLog } from "../write/event-log.ts";
import { roomToAdopt } from "./adopt-room.ts";
import { shelveOutliers } from "./shelve-outliers.ts";

let there: ComposedRooms;
let here: ComposedRooms;
let pdus: NamedPdu[];
let room: LoadedRoom;
let log: EventLog;
beforeAll(async () => {
  there = await openRooms();
  here = await openRooms({ serverName: "here.example" });
  const origin = await roomOf(there, { version: "11" });
  for (let i = 0; i < 600; i++) await there.engine.send(origin, message(`${i}`, alice));
  const events = await there.timelines.forward(origin, { after: timelineStart, upTo: timelineEnd }, 1_000);
  pdus = events.map(named);
  log = new EventLog(here.rooms, here.timelines, here.relations);
  const handle = await roomToAdopt(here.rooms, log, {
    roomId: origin.id,
    version: "11",
    state: pdus,
    authChain: [],
    event: pdus[0] ?? expect.unreachable(),
  });
  room = await here.rooms.load(handle);
});
afterAll(async () => {
  await there[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});

const shelve = async (some: readonly NamedPdu[]): Promise<string[][]> => {
  const parts: string[][] = [];
  for await (const events of shelveOutliers({ rooms: here.rooms, log, room }, some)) parts.push(events.map(({ eventId }) => eventId));
  return parts;
};

it("stores what others name in several commits, in order, each once, and tells of what was known too", async () => {
  const ids = pdus.map(({ eventId }) => eventId);
  expect((await shelve(pdus.slice(100, 400))).flat()).toEqual(ids.slice(100, 400));
  const parts = await shelve(pdus);
  expect(parts.flat()).toEqual(ids);
  expect(parts.length).toBeGreaterThan(2);
  const { stored } = (await here.core.store.get({
    name: "stored",
    sql: `select count(*) as stored from events where room_nid = ${room.nid} and status = ${eventStatus.outlier} and timeline_pos is null`,
  })) as { readonly stored: number };
  expect(stored).toBe(ids.length);
  expect(room.head.tips).toEqual([]);
});
