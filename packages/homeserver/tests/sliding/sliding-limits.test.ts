// What a sliding sync keeps and tells at most, beside what a request that asks for too much is refused for.
import { expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import type { SyncDevice } from "../../src/sync/cuts/sync-sources.ts";
import { SyncError } from "../../src/sync/errors.ts";
import { emptyState, formatStates, StateDraft } from "../../src/sync/sliding/connection-state.ts";
import { Connections } from "../../src/sync/sliding/connections.ts";
import { readSlidingRequest } from "../../src/sync/sliding/sliding-request.ts";
import type { SlidingSync } from "../../src/sync/sliding/sliding-sync.ts";
import { slidingConnection } from "../../src/store/statements/sliding.ts";
import { defaultSyncBound } from "../../src/sync/v3/sync-bound.ts";
import { openRooms } from "../composed-rooms.ts";
import { message, roomOf } from "../room-of.ts";
import type { SlidingAnswer } from "./sliding-requests.ts";

const never = new AbortController().signal;
const alice = "@alice:example.org";

async function sync(sliding: SlidingSync, device: SyncDevice, body: Parameters<typeof readSlidingRequest>[0]): Promise<SlidingAnswer> {
  return JSON.parse(await sliding.sync(device, readSlidingRequest(body, "deployed", device.userId), never)) as SlidingAnswer;
}

it("slidingConnections: of too many connections of a device that goes which was used longest ago, in memory and stored", async () => {
  await using fixture = await openRooms();
  const device = await fixture.device(alice);
  const positions: string[] = [];
  for (let i = 0; i <= limits.slidingConnections.value; i++)
    positions.push((await sync(fixture.slidingSync, device, { conn_id: `c${i}` })).pos);
  const isKnown = async (i: number): Promise<boolean> => {
    try {
      await sync(fixture.slidingSync, device, { conn_id: `c${i}`, pos: positions[i] });
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(SyncError);
      expect(error).toMatchObject({ code: "UNKNOWN_POS" });
      return false;
    }
  };
  expect(await isKnown(0)).toBe(false);
  for (let i = 1; i <= limits.slidingConnections.value; i++) expect(await isKnown(i)).toBe(true);
  await fixture.slidingSync.connections.flush();
  await fixture.core.log.flushed();
  const stored = await Promise.all(positions.map((_, i) => fixture.core.store.get(slidingConnection, device.deviceNid, `c${i}`)));
  expect(stored.map((row) => row !== undefined)).toEqual(positions.map((_, i) => i > 0));
});

it("slidingConnectionBytes: a connection that is too large is known as long as the server runs, and is not stored", async () => {
  await using fixture = await openRooms();
  const { deviceNid } = await fixture.device(alice);
  const connections = new Connections(fixture.core);
  const draft = new StateDraft(emptyState());
  for (let nid = 1; nid < 40_000; nid++) draft.setRoom(nid * 1_000, { upTo: undefined, timelineLimit: 10, selectors: [], isDm: false });
  const large = draft.finish();
  expect(Buffer.byteLength(formatStates([large]))).toBeGreaterThan(limits.slidingConnectionBytes.value);
  const small = emptyState();
  connections.remember({ deviceNid, connId: "a" }, undefined, small);
  await fixture.core.log.flushed();
  expect(await fixture.core.store.get(slidingConnection, deviceNid, "a")).toBeDefined();
  connections.remember({ deviceNid, connId: "a" }, small, large);
  expect((await connections.find(deviceNid, "a", large.version))?.rooms.size).toBe(large.rooms.size);
  await connections.flush();
  await fixture.core.log.flushed();
  expect(await fixture.core.store.get(slidingConnection, deviceNid, "a")).toBeUndefined();
});

it("slidingTimelineLimit: more is not told, and the rest is a page away", async () => {
  await using fixture = await openRooms();
  const device = await fixture.device(alice);
  const room = await roomOf(fixture);
  for (let i = 0; i <= limits.slidingTimelineLimit.value; i++) await fixture.engine.send(room, message(`${i}`));
  const lists = { all: { ranges: [[0, 0]] as [number, number][], timeline_limit: 100_000 } };
  const told = (await sync(fixture.slidingSync, device, { lists })).rooms[room.id];
  expect([told?.timeline?.length, told?.limited]).toEqual([limits.slidingTimelineLimit.value, true]);
});

it("an answer that is full brings the rest of the rooms with the next ones, at once and once", async () => {
  await using fixture = await openRooms({ syncBound: { ...defaultSyncBound, bytes: 1 } });
  const device = await fixture.device(alice);
  const rooms = [await roomOf(fixture), await roomOf(fixture), await roomOf(fixture)];
  const extensions = { receipts: { enabled: true }, account_data: { enabled: true } };
  const asked = { lists: { all: { ranges: [[0, 9]] as [number, number][], timeline_limit: 1 } }, timeout: 30_000, extensions };
  const told: string[] = [];
  let pos: string | undefined;
  for (const _ of rooms) {
    const answer = await sync(fixture.slidingSync, device, { ...asked, pos });
    ({ pos } = answer);
    told.push(...Object.keys(answer.rooms));
  }
  expect(told).toEqual(rooms.map(({ id }) => id).toReversed());
  for (const room of rooms) await fixture.engine.send(room, message("x"));
  const next: string[] = [];
  for (const _ of rooms) {
    const answer = await sync(fixture.slidingSync, device, { ...asked, pos });
    ({ pos } = answer);
    next.push(...Object.keys(answer.rooms));
  }
  expect(next.toSorted()).toEqual(told.toSorted());
  expect((await sync(fixture.slidingSync, device, { ...asked, timeout: 0, pos })).rooms).toEqual({});
});
