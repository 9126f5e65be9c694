import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import { EphemeralSerial } from "./ephemeral-serial.ts";
import { Presence } from "./presence.ts";
import type { PresenceState } from "./shown-presence.ts";

let fixture: ComposedRooms;
let presence: Presence;
let [aliceNid, bobNid, carolNid] = [0, 0, 0];

beforeAll(async () => {
  fixture = await openRooms();
  const nids = [alice, bob, carol].map((userId) => fixture.core.users.intern(userId));
  [aliceNid = 0, bobNid = 0, carolNid = 0] = await Promise.all(nids);
  await roomOf(fixture, { joined: [bob] });
  await roomOf(fixture, { joined: [carol] });
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  presence = new Presence(fixture.rooms, new EphemeralSerial(fixture.core.clock));
});
afterEach(() => {
  presence[Symbol.dispose]();
  vi.useRealTimers();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const stateOf = (userNid: number): PresenceState => presence.of(userNid).presence;
const syncing = (userNid: number, says: PresenceState = "online", isExplicit = false) => presence.syncing(userNid, says, isExplicit);

describe("a user", () => {
  it("is online while a client syncs, and for half a minute after it", () => {
    expect(stateOf(aliceNid)).toBe("offline");
    const sync = syncing(aliceNid);
    expect(presence.of(aliceNid)).toMatchObject({ presence: "online", isActive: true, lastActiveTs: Date.now() });
    vi.advanceTimersByTime(90_000);
    expect(presence.of(aliceNid)).toMatchObject({ presence: "online", isActive: false });
    sync?.[Symbol.dispose]();
    vi.advanceTimersByTime(29_000);
    expect(stateOf(aliceNid)).toBe("online");
    vi.advanceTimersByTime(32_000);
    expect(stateOf(aliceNid)).toBe("offline");
  });

  it("does not count as there by a client that says so, and is away where all clients say so", () => {
    expect(syncing(aliceNid, "offline")).toBeUndefined();
    expect(stateOf(aliceNid)).toBe("offline");
    using _away = syncing(aliceNid, "unavailable");
    expect(stateOf(aliceNid)).toBe("unavailable");
    const other = syncing(aliceNid);
    expect(stateOf(aliceNid)).toBe("online");
    other?.[Symbol.dispose]();
    vi.advanceTimersByTime(61_000);
    expect(stateOf(aliceNid)).toBe("unavailable");
  });

  it("is away at once after having said to be there, where the only client says so", () => {
    presence.set(aliceNid, "online", undefined);
    expect(stateOf(aliceNid)).toBe("online");
    const sync = syncing(aliceNid, "unavailable", true);
    expect(stateOf(aliceNid)).toBe("unavailable");
    sync?.[Symbol.dispose]();
    using _other = syncing(aliceNid);
    using _away = syncing(aliceNid, "unavailable", true);
    expect(stateOf(aliceNid)).toBe("online");
  });

  it("is away after five minutes of doing nothing, until the next deed", () => {
    using _sync = syncing(aliceNid);
    vi.advanceTimersByTime(299_000);
    expect(stateOf(aliceNid)).toBe("online");
    vi.advanceTimersByTime(32_000);
    expect(stateOf(aliceNid)).toBe("unavailable");
    presence.active(aliceNid);
    expect(presence.of(aliceNid)).toMatchObject({ presence: "online", isActive: true });
  });

  it("is what they say, with their words", () => {
    using _sync = syncing(aliceNid);
    presence.set(aliceNid, "unavailable", "at lunch");
    expect(presence.of(aliceNid)).toMatchObject({ presence: "unavailable", statusMsg: "at lunch" });
    presence.active(aliceNid);
    expect(presence.of(aliceNid)).toMatchObject({ presence: "online", statusMsg: "at lunch" });
    presence.set(aliceNid, "offline", undefined);
    using _implicit = syncing(aliceNid);
    expect(presence.of(aliceNid)).toMatchObject({ presence: "offline", statusMsg: undefined });
    using _explicit = syncing(aliceNid, "online", true);
    expect(stateOf(aliceNid)).toBe("online");
  });

  it("is there for half a minute by their word alone, and a deed of somebody unknown says nothing", () => {
    presence.set(bobNid, "online", undefined);
    presence.active(carolNid);
    expect([stateOf(bobNid), stateOf(carolNid)]).toEqual(["online", "offline"]);
    vi.advanceTimersByTime(61_000);
    expect(stateOf(bobNid)).toBe("offline");
  });

  it("is nothing where it is not told who is there", () => {
    using silent = new Presence(fixture.rooms, new EphemeralSerial(fixture.core.clock), false);
    silent.set(aliceNid, "online", "here");
    expect([silent.syncing(aliceNid, "online", true), silent.of(aliceNid).presence, silent.newest]).toEqual([undefined, "offline", 0]);
  });
});

describe("the news of who is there", () => {
  it("are of oneself and of those who share a room, the newest first; at first of those who are there", async () => {
    presence.set(aliceNid, "online", undefined);
    presence.set(bobNid, "online", undefined);
    const before = presence.newest;
    presence.set(carolNid, "online", undefined);
    expect(await presence.news(bobNid, undefined)).toEqual([bobNid, aliceNid]);
    expect(await presence.news(aliceNid, before)).toEqual([carolNid]);
    expect(await presence.news(bobNid, before)).toEqual([]);
    presence.set(carolNid, "offline", undefined);
    expect(await presence.news(aliceNid, undefined)).toEqual([bobNid, aliceNid]);
    expect(await presence.news(aliceNid, before)).toEqual([carolNid]);
    expect([
      await presence.maySee(bobNid, aliceNid),
      await presence.maySee(bobNid, carolNid),
      await presence.maySee(bobNid, bobNid),
    ]).toEqual([true, false, true]);
  });

  it("wake those who share a room once in a second, and only for what has changed", async () => {
    const woken = async (userNid: number): Promise<boolean> => {
      using waiter = fixture.core.wakeUps.register(userNid);
      presence.set(aliceNid, "online", `${Math.random()}`);
      await vi.advanceTimersByTimeAsync(500);
      const early = await waiter.wait(0, AbortSignal.abort());
      await vi.advanceTimersByTimeAsync(600);
      // Rooms may have to be loaded first.
      let late = false;
      for (let i = 0; i < 500 && !late; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        late = await waiter.wait(0, AbortSignal.abort());
      }
      return !early && late;
    };
    const stranger = await fixture.core.users.intern("@stranger:example.org");
    expect([await woken(bobNid), await woken(aliceNid), await woken(stranger)]).toEqual([true, true, false]);
    const { newest } = presence;
    presence.set(aliceNid, "online", presence.of(aliceNid).statusMsg);
    expect(presence.newest).toBe(newest);
  });

  it("are of users of other servers too, also that one is gone whose server says nothing any more", async () => {
    presence.tell(bobNid, { presence: "online", statusMsg: "hi", lastActiveTs: Date.now(), isActive: true });
    expect(await presence.news(aliceNid, 0)).toEqual([bobNid]);
    const since = presence.newest;
    await vi.advanceTimersByTimeAsync(29 * 60_000);
    expect(await presence.news(aliceNid, since)).toEqual([]);
    using waiter = fixture.core.wakeUps.register(aliceNid);
    await vi.advanceTimersByTimeAsync(3 * 60_000);
    expect(await presence.news(aliceNid, since)).toEqual([bobNid]);
    expect(stateOf(bobNid)).toBe("offline");
    vi.useRealTimers();
    expect(await waiter.wait(10_000, new AbortController().signal)).toBe(true);
  });

  it("are of so many users in one answer", async () => {
    const most = limits.presenceInAnswer.value;
    const nids = Array.from({ length: most + 5 }, (_, i) => 1_000_000 + i * 64);
    for (const nid of nids) presence.set(nid, "online", undefined);
    vi.spyOn(fixture.rooms, "sharing").mockResolvedValueOnce(new Set(nids));
    expect(await presence.news(aliceNid, undefined)).toEqual(nids.slice(5).toReversed());
  });
});

it("it is known of so many users, and whoever is away is forgotten first", () => {
  const most = limits.presences.value;
  presence.set(aliceNid, "online", undefined);
  presence.set(bobNid, "offline", "gone");
  for (let i = 0; i < most - 1; i++) presence.set(1_000_000 + i * 64, "online", undefined);
  expect([stateOf(aliceNid), presence.of(bobNid).statusMsg]).toEqual(["online", undefined]);
  presence.set(carolNid, "online", undefined);
  expect([stateOf(aliceNid), stateOf(carolNid)]).toEqual(["offline", "online"]);
});

it("the members of so many rooms hear at once", async () => {
  vi.useRealTimers();
  const rooms = new Map(Array.from({ length: limits.presenceRooms.value + 1 }, (_, nid) => [nid + 1, { membership: "join" }]));
  vi.spyOn(fixture.rooms, "ofUser").mockResolvedValueOnce(rooms as never);
  const looked: number[] = [];
  vi.spyOn(fixture.rooms, "load").mockImplementation(async ({ nid }) => {
    looked.push(nid);
    return { view: { members: new Map() } } as never;
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  presence.set(aliceNid, "online", "here");
  await vi.advanceTimersByTimeAsync(1_100);
  vi.useRealTimers();
  await expect.poll(() => looked.length).toBe(limits.presenceRooms.value);
  expect(looked).not.toContain(1);
  vi.restoreAllMocks();
});
