import { setImmediate as nextRound } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { dividedRoom } from "../../../tests/divided-room.ts";
import { forkedRoom } from "../../../tests/forked-room.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { alice, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { Resolutions } from "./resolutions.ts";
import { StateResolver } from "./resolve.ts";
import { type ResolveParts, resolveStates } from "./resolve-states.ts";
import type { RoomState } from "./room-state.ts";
import { internStateKey } from "./state-key.ts";

const USERS = 40;

let fixture: ComposedRooms;
let room: LoadedRoom;
let states: readonly RoomState[];
beforeAll(async () => {
  fixture = await openRooms();
  const divided = await dividedRoom(fixture, USERS);
  await divided.receive();
  room = await fixture.rooms.load(divided.room);
  states = room.head.tips.map(({ state }) => state);
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => void vi.restoreAllMocks());

const parts = (resolutions: Resolutions): ResolveParts => ({ core: fixture.core, events: fixture.rooms.events, resolutions });

/** A room that is divided, on whose sides the power levels have changed five times. */
async function roomOfLevels(): Promise<LoadedRoom> {
  const rita = "@rita:remote.example";
  const content = (invite: number) => ({ users: { [alice]: 100, [rita]: 100 }, invite });
  const divided = await roomOf(fixture, { version: "11", initialState: [{ type: "m.room.power_levels", content: content(0) }] });
  const remote = new RemoteServer("remote.example", fixture);
  const tip = async (): Promise<StoredEvent> =>
    (await fixture.rooms.events.get(divided.head.tips.at(-1)?.nid ?? 0)) ?? expect.unreachable("the room has no tip");
  const join = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  await remote.send(divided, { ...join, after: [await tip()], state: divided.head.state });
  let [at, theirs] = [await tip(), divided.head.state];
  const key = await internStateKey(fixture.core, "m.room.power_levels", "");
  for (let i = 1; i <= 5; i++) await fixture.engine.send(divided, state("m.room.power_levels", content(i)));
  for (let i = 1; i <= 5; i++) {
    const levels = { type: "m.room.power_levels", stateKey: "", sender: rita, content: content(10 + i) };
    ({ event: at } = await remote.send(divided, { ...levels, after: [at], state: theirs }));
    theirs = theirs.with([[key, at.nid]]);
  }
  return divided;
}

/** What never goes back. */
let nowMs = 1e12;

/** How many rounds of the event loop go by while something is done, where time passes so fast that every turn is due. */
async function roundsOf(work: () => Promise<unknown>): Promise<number> {
  vi.spyOn(performance, "now").mockImplementation(() => (nowMs += 1_000));
  let rounds = 0;
  const counting = new AbortController();
  const counted = (async () => {
    for (; !counting.signal.aborted; rounds++) await nextRound();
  })();
  await work();
  counting.abort();
  await counted;
  return rounds;
}

describe("states that differ", () => {
  it("are resolved in the thread if the events in conflict are many", async () => {
    const rooms = [(await forkedRoom(fixture, "ours")).room, room, await roomOfLevels()];
    const sizes: number[] = [];
    const thread = vi.spyOn(Resolutions.prototype, "resolve");
    vi.spyOn(Resolutions.prototype, "isLarge").mockImplementation((size) => sizes.push(size) < 0);
    const resolutions = new Resolutions(fixture.core.clock);
    const statesOf = ({ head }: LoadedRoom): RoomState[] => head.tips.map(({ state }) => state);
    for (const of of rooms) await resolveStates(parts(resolutions), statesOf(of), of);
    // The topic of the second is known on one side alone; of the third the power levels before those in conflict count as well.
    expect([sizes, thread.mock.calls.length]).toEqual([[2, 2 * USERS + 1, 10], 0]);
    vi.mocked(Resolutions.prototype.isLarge).mockReturnValue(true);
    thread.mockResolvedValue(new Map());
    expect((await resolveStates(parts(resolutions), states, room))?.state).toEqual(new Map());
    expect(thread.mock.calls.length).toBe(1);
  });

  it("are explained on this thread, however many there are", async () => {
    const post = vi.spyOn(Worker.prototype, "postMessage");
    await using resolutions = new Resolutions(fixture.core.clock, { largeFrom: 0 });
    const resolved = await resolveStates(parts(resolutions), states, { ...room, explain: true });
    expect(resolved?.explanation?.conflicted).toHaveLength(2 * USERS + 1);
    const posted = post.mock.calls.map(([request]) => (request as { readonly kind?: unknown }).kind);
    expect(posted.filter((kind) => kind !== "commit")).toEqual([]);
  });

  it.each([
    ["11", 930],
    ["12", 1_020],
  ])("give others their turn at every event in each step, in version %s", async (version, atLeast) => {
    const divided = await dividedRoom(fixture, USERS, version);
    await divided.receive();
    const { head, rules } = await fixture.rooms.load(divided.room);
    const resolver = new StateResolver({ ...parts(new Resolutions(fixture.core.clock, { largeFrom: Infinity })), core: fixture.core });
    const rounds = await roundsOf(() =>
      resolver.resolve(
        head.tips.map(({ state }) => state),
        rules,
      ),
    );
    // One step less would be at least one turn less for every user.
    expect(rounds).toBeGreaterThanOrEqual(atLeast);
  });
});
