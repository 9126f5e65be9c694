import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { bob, message, roomOf, state } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { DeviceStanding, SyncDevice } from "../cuts/sync-sources.ts";
import { EventStream, type StreamPage } from "./event-stream.ts";

const never = new AbortController().signal;
let fixture: ComposedRooms;
let stream: EventStream;
let device: SyncDevice;
let room: LoadedRoom;
let standing: DeviceStanding = "logged in";
beforeAll(async () => {
  fixture = await openRooms();
  const sources = {
    standingOf: () => Promise.resolve(standing),
    ignoredUsers: () => Promise.resolve(new Set<string>()),
    unwantedInviters: () => Promise.resolve(undefined),
  };
  stream = new EventStream({ ...fixture, sources });
  device = await fixture.device(bob);
});
beforeEach(async () => {
  standing = "logged in";
  room = await roomOf(fixture, {
    initialState: [{ type: "m.room.history_visibility", content: { history_visibility: "world_readable" } }],
  });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const bodiesOf = ({ rooms }: StreamPage): unknown[] => rooms.flatMap(({ events }) => events.map(({ content }) => content["body"]));
const say = (body: string): Promise<unknown> => fixture.engine.send(room, message(body));
/** Resolves when somebody waits for a key. */
const waits = (key: number): Promise<void> => expect.poll(() => fixture.core.wakeUps.countOf(key)).toBeGreaterThan(0) as Promise<void>;

describe("whoever follows the stream of all rooms", () => {
  it("begins with what comes, waits for it, and goes on where it ended", async () => {
    await fixture.members.join(room, bob);
    await say("before");
    const waiting = stream.ofUser(device, { timeout: 60_000 }, never);
    await waits(device.userNid);
    await say("now");
    const page = await waiting;
    expect([bodiesOf(page), page.start === page.end]).toEqual([["now"], false]);
    await say("later");
    const next = await stream.ofUser(device, { from: page.end, timeout: 0 }, never);
    expect([bodiesOf(next), next.start]).toEqual([["later"], page.end]);
  });

  it("gets an empty page when the time is over, or when the client goes away", async () => {
    const empty = await stream.ofUser(device, { timeout: 0 }, never);
    expect([empty.rooms, empty.start]).toEqual([[], empty.end]);
    expect((await stream.ofUser(device, { timeout: -5 }, never)).rooms).toEqual([]);
    expect((await stream.ofUser(device, {}, AbortSignal.abort())).rooms).toEqual([]);
  });

  it("is told when the device is logged out or locked meanwhile", async () => {
    for (const [ended, code] of [
      ["logged out", "LOGGED_OUT"],
      ["locked", "LOCKED"],
    ] as const) {
      standing = "logged in";
      const waiting = stream.ofUser(device, { timeout: 60_000 }, never).catch((error: unknown) => error);
      await waits(device.userNid);
      standing = ended;
      fixture.core.wakeUps.touch([device.userNid]);
      fixture.core.wakeUps.flush();
      expect(await waiting).toMatchObject({ name: "SyncError", code });
    }
  });

  it("is refused for a token of another kind, and beyond so many that wait", async () => {
    for (const from of ["", "x", "q1", "p1_2_3"])
      await expect(stream.ofUser(device, { from, timeout: 0 }, never)).rejects.toMatchObject({ code: "INVALID_TOKEN" });
    const held = Array.from({ length: limits.waitingSyncs.value }, () => fixture.core.wakeUps.register(device.userNid));
    await expect(stream.ofUser(device, { timeout: 0 }, never)).rejects.toMatchObject({ code: "OVERLOADED" });
    await expect(stream.ofRoom(device, { roomId: room.id, timeout: 0 }, never)).rejects.toMatchObject({ code: "OVERLOADED" });
    for (const waiter of held) waiter[Symbol.dispose]();
  });
});

describe("whoever watches a room from outside", () => {
  it("waits for what comes there, and not for what comes elsewhere", async () => {
    const waiting = stream.ofRoom(device, { roomId: room.id, timeout: 60_000 }, never);
    await waits(-room.nid);
    await fixture.engine.send(await roomOf(fixture), message("elsewhere"));
    await say("here");
    const page = await waiting;
    expect(bodiesOf(page)).toEqual(["here"]);
    await say("later");
    expect(bodiesOf(await stream.ofRoom(device, { roomId: room.id, from: page.end, timeout: 0 }, never))).toEqual(["later"]);
  });

  it("is refused once the room is closed, also while waiting", async () => {
    const waiting = stream.ofRoom(device, { roomId: room.id, timeout: 60_000 }, never).catch((error: unknown) => error);
    await waits(-room.nid);
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "shared" }));
    expect(await waiting).toMatchObject({ code: "FORBIDDEN" });
    await expect(stream.ofRoom(device, { roomId: room.id, timeout: 0 }, never)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("counts among the user's syncs", async () => {
    const abort = new AbortController();
    const waiting = stream.ofRoom(device, { roomId: room.id, timeout: 60_000 }, abort.signal);
    await waits(device.userNid);
    abort.abort();
    await waiting;
    expect([fixture.core.wakeUps.countOf(device.userNid), fixture.core.wakeUps.countOf(-room.nid)]).toEqual([0, 0]);
  });
});
