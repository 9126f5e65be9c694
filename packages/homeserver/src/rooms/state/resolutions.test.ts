import { Worker } from "node:worker_threads";
import { programClock } from "@patrix/concurrency";
import { getRoomVersionRules, type RoomVersionRules, roomVersions } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/api";
import { type AuthEvent, resolveState, stateEntries, type StateMap, StateResError, toAuthEvent } from "@patrix/state-res";
import { authChainOf, beginRoom, conflictedSubgraphOf, seededRandom, TestRoom, tortureRoom, userOf } from "@patrix/state-res/testing";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../limits.ts";
import { TestClock } from "../../testing/test-clock.ts";
import type { ResolutionRequest, StoredJson } from "./resolution-protocol.ts";
import { type Conflicted, Resolutions } from "./resolutions.ts";

const rules = getRoomVersionRules("11") ?? expect.unreachable();
type Events = ReadonlyMap<string, AuthEvent>;

const list = (state: StateMap): string[] =>
  Array.from(stateEntries(state), ({ type, stateKey, eventId }) => `${type} ${stateKey} ${eventId}`).toSorted();

/** The stored form of those events that are there. */
const stored = (events: Events, eventIds: readonly string[]): StoredJson[] =>
  eventIds.flatMap((eventId) => {
    const event = events.get(eventId);
    return event ? [{ eventId, json: JSON.stringify(event), isRejected: event.rejected === true }] : [];
  });

function conflicted(states: readonly StateMap[], events: Events, ofVersion: RoomVersionRules = rules): Conflicted {
  return {
    states,
    rules: ofVersion,
    authChains: states.map((state) => authChainOf(state, events)),
    conflictedSubgraph: conflictedSubgraphOf(states, events),
    load: async (eventIds) => stored(events, eventIds),
  };
}

/** What this thread makes of the same. */
async function here({ states, load, ...known }: Conflicted): Promise<StateMap> {
  const read = ({ eventId, json, isRejected }: StoredJson) =>
    [eventId, toAuthEvent({ eventId, pdu: JSON.parse(json) as JsonObject }, isRejected)] as const;
  const fetchEvents = async (eventIds: readonly string[]): Promise<Events> => new Map((await loaded({ load }, eventIds)).map(read));
  return (await resolveState(states, { ...known, store: { fetchEvents } })).state;
}

/** Events as they are stored. */
async function loaded({ load }: Pick<Conflicted, "load">, eventIds: readonly string[]): Promise<StoredJson[]> {
  return (await load(eventIds)).filter((event): event is StoredJson => "json" in event);
}

/** A room that is divided: on either side the same users have come, and the power levels have changed. */
function dividedRoom(ofVersion: RoomVersionRules, { members, changes }: { readonly members: number; readonly changes: number }) {
  const room = new TestRoom(ofVersion);
  const main = beginRoom(room);
  const states = [room.fork(main), room.fork(main)].map((fork) => {
    const levels = room.events.get(fork.state.get("m.room.power_levels")?.get("") ?? "")?.content;
    const draft = { type: "m.room.power_levels", sender: userOf("alice"), state_key: "" };
    for (let i = 0; i < changes; i++) room.sendUnchecked(fork, { ...draft, content: { ...levels, invite: i % 50 } });
    for (const user of Array.from({ length: members }, (_, i) => userOf(`user${i}`)))
      room.sendUnchecked(fork, { type: "m.room.member", sender: user, state_key: user, content: { membership: "join" } });
    return fork.state;
  });
  return conflicted(states, room.events, ofVersion);
}

/** Something to resolve. */
const something = (): Conflicted => dividedRoom(rules, { members: 3, changes: 2 });
const failsWith = (code: string): unknown => expect.objectContaining({ code });

let threads: Worker[] = [];
const { postMessage } = Worker.prototype;
beforeEach(() => {
  threads = [];
  // The thread is the business of what is tested, and a test has to end it.
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
    if (!threads.includes(this)) threads.push(this);
    return postMessage.apply(this, args);
  });
});
afterEach(() => void vi.restoreAllMocks());

describe("a resolution in the thread", () => {
  let resolutions: Resolutions;
  beforeAll(() => void (resolutions = new Resolutions(programClock())));
  afterAll(() => resolutions[Symbol.asyncDispose]());

  it(
    "gives what this thread gives, in every room version, and fails where this fails with the same error",
    { timeout: 120_000 },
    async () => {
      const outcomes = { v1: 0, v2: 0, "v2.1": 0, failed: 0 };
      // Most versions have one algorithm; the others come as often.
      const versions = [...roomVersions.values()];
      const others = versions.filter(({ stateResolution }) => stateResolution !== "v2");
      const ofVersion = fc.oneof(fc.constantFrom(...versions), fc.constantFrom(...others));
      const arbitraryRoom = fc.record({ seed: fc.integer(), ofVersion, loses: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(arbitraryRoom, async ({ seed, ofVersion, loses }) => {
          const { room, states } = tortureRoom(ofVersion, { seed, attempts: 80, maxBranches: 5 });
          const events = new Map(room.events);
          const asked = conflicted(states, events, ofVersion);
          if (loses) events.delete(seededRandom(seed).pick([...events.keys()]));
          const [expected, got] = await Promise.allSettled([here(asked), resolutions.resolve(asked)]);
          if (expected.status === "fulfilled") {
            expect(got).toMatchObject({ status: "fulfilled" });
            if (got.status === "fulfilled") expect(list(got.value)).toEqual(list(expected.value));
            if (new Set(states.map((state) => list(state).join())).size > 1) outcomes[ofVersion.stateResolution]++;
          } else {
            const { code, message, eventIds } = expected.reason as StateResError;
            expect(got).toMatchObject({ status: "rejected", reason: { name: "StateResError", code, message, eventIds } });
            if (got.status === "rejected") expect(got.reason).toBeInstanceOf(StateResError);
            outcomes.failed++;
          }
        }),
        { numRuns: Number(process.env["RUNS"] ?? 200) },
      );
      expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(10);
      expect(threads).toHaveLength(1);
    },
  );

  it.each(["1", "11", "12"])("of thousands of events goes to and fro in pieces, in version %s", async (version) => {
    const ofVersion = getRoomVersionRules(version) ?? expect.unreachable();
    const asked = dividedRoom(ofVersion, { members: 1_500, changes: 1_100 });
    const most = new Map<string, number>();
    vi.mocked(Worker.prototype.postMessage).mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
      const request = args[0] as ResolutionRequest;
      const size = Object.values(request).reduce((longest: number, value) => Math.max(longest, Array.isArray(value) ? value.length : 0), 0);
      most.set(request.kind, Math.max(most.get(request.kind) ?? 0, size));
      return postMessage.apply(this, args);
    });
    const state = await resolutions.resolve(asked);
    expect(list(state)).toEqual(list(await here(asked)));
    expect(state.get("m.room.member")?.size).toBe(1_501);
    const pieces = { state: 3_000, chain: 1_000, subgraph: 1_000, resolve: 0, events: 200, next: 0 };
    expect(Object.fromEntries(most)).toEqual(pieces);
  });

  it("of states that agree, or of none, is what they agree on", async () => {
    const [state = new Map<string, Map<string, string>>()] = something().states;
    expect(list(await resolutions.resolve({ ...something(), states: [state, state] }))).toEqual(list(state));
    expect(list(await resolutions.resolve({ ...something(), states: [], authChains: [] }))).toEqual([]);
  });

  it("takes an event that is not stored yet, and one that was rejected", async () => {
    const asked = something();
    const isJoin = ({ eventId, json }: StoredJson): boolean => json.includes("@user0") && eventId !== "";
    const load = async (eventIds: readonly string[]): Promise<(StoredJson | AuthEvent)[]> =>
      (await loaded(asked, eventIds)).map((event) => (isJoin(event) ? (JSON.parse(event.json) as AuthEvent) : event));
    expect(list(await resolutions.resolve({ ...asked, load }))).toEqual(list(await here(asked)));
    // What is rejected does not stand in for state that is missing: without its creation, nothing in the room is allowed.
    const rejecting = async (eventIds: readonly string[]): Promise<StoredJson[]> =>
      (await loaded(asked, eventIds)).map((event) => ({ ...event, isRejected: event.json.includes("m.room.create") }));
    const [first = new Map<string, Map<string, string>>()] = asked.states;
    const states = asked.states.map((state) => new Map([...state].filter(([type]) => type !== "m.room.create")));
    expect(first.has("m.room.create")).toBe(true);
    expect((await resolutions.resolve({ ...asked, states })).get("m.room.member")?.size).toBe(4);
    expect((await resolutions.resolve({ ...asked, states, load: rejecting })).get("m.room.member")?.size).toBe(1);
  });

  it("fails with what could not be read, with what is malformed, and goes on with the next one", async () => {
    const broken = new Error("the disk is gone");
    await expect(resolutions.resolve({ ...something(), load: () => Promise.reject(broken) })).rejects.toBe(broken);
    const malformed = async (eventIds: readonly string[]): Promise<StoredJson[]> =>
      eventIds.map((eventId) => ({ eventId, json: "{}", isRejected: false }));
    await expect(resolutions.resolve({ ...something(), load: malformed })).rejects.toMatchObject({
      name: "StateResError",
      code: "MALFORMED_EVENT",
      eventIds: [expect.any(String)],
    });
    const unread = async (eventIds: readonly string[]): Promise<StoredJson[]> =>
      eventIds.map((eventId) => ({ eventId, json: "no JSON", isRejected: false }));
    await expect(resolutions.resolve({ ...something(), load: unread })).rejects.toThrow(SyntaxError);
    const asked = something();
    expect(list(await resolutions.resolve(asked))).toEqual(list(await here(asked)));
    expect(threads).toHaveLength(1);
  });
});

describe("resolutions", () => {
  /** One that waits for its events until it is let on. */
  function held(): { readonly asked: Conflicted; readonly isAt: Promise<void>; readonly letOn: () => void } {
    const asked = something();
    let letOn = (): void => {};
    let reach = (): void => {};
    const on = new Promise<void>((resolve) => (letOn = resolve));
    const isAt = new Promise<void>((resolve) => (reach = resolve));
    const load = async (eventIds: readonly string[]): Promise<readonly (StoredJson | AuthEvent)[]> => {
      reach();
      await on;
      return asked.load(eventIds);
    };
    return { asked: { ...asked, load }, isAt, letOn };
  }

  it("are large from so many events on", () => {
    expect([399, 400].map((events) => new Resolutions(programClock()).isLarge(events))).toEqual([false, true]);
  });

  it("start no thread before the first, and have one for all, which take turns", async () => {
    await using resolutions = new Resolutions(programClock());
    expect(threads).toHaveLength(0);
    const first = held();
    const order: string[] = [];
    const waiting = [
      resolutions.resolve(first.asked).then(() => order.push("first")),
      resolutions.resolve(something()).then(() => order.push("second")),
    ];
    await first.isAt;
    expect(order).toEqual([]);
    first.letOn();
    await Promise.all(waiting);
    expect([order, threads.length]).toEqual([["first", "second"], 1]);
  });

  it("waitingResolutions: more than may wait are refused for now", async () => {
    await using resolutions = new Resolutions(programClock());
    const first = held();
    const running = resolutions.resolve(first.asked);
    await first.isAt;
    const waiting = Array.from({ length: limits.waitingResolutions.value }, () => resolutions.resolve(something()));
    await expect(resolutions.resolve(something())).rejects.toEqual(failsWith("OVERLOADED"));
    first.letOn();
    expect(await Promise.all([running, ...waiting])).toHaveLength(limits.waitingResolutions.value + 1);
    await resolutions.resolve(something());
  });

  it("fail where their thread ends, and the next one has another", async () => {
    await using resolutions = new Resolutions(programClock());
    const first = held();
    const lost = resolutions.resolve(first.asked);
    const next = resolutions.resolve(something());
    await first.isAt;
    const gone = threads[0]?.terminate();
    first.letOn();
    await Promise.all([expect(lost).rejects.toThrow("the thread that resolves states has ended"), gone]);
    expect(list(await next)).toEqual(list(await here(something())));
    expect(threads).toHaveLength(2);
  });

  it("fail where their thread ends while it computes, and when it has ended meanwhile", async () => {
    await using resolutions = new Resolutions(programClock());
    const asked = something();
    const load = async (): Promise<StoredJson[]> => {
      await threads.at(-1)?.terminate();
      return [];
    };
    await expect(resolutions.resolve({ ...asked, load })).rejects.toThrow("the thread that resolves states has ended");
    await resolutions.resolve(asked);
    await threads.at(-1)?.terminate();
    await resolutions.resolve(asked);
    expect(threads).toHaveLength(3);
  });

  it("that take too much memory end their thread, and nothing else", { timeout: 60_000 }, async () => {
    await using resolutions = new Resolutions(programClock(), { mostMemoryMb: 24 });
    const asked = dividedRoom(rules, { members: 600, changes: 0 });
    const large = async (eventIds: readonly string[]): Promise<StoredJson[]> =>
      (await loaded(asked, eventIds)).map((event) => ({
        ...event,
        json: JSON.stringify({ ...(JSON.parse(event.json) as object), unsigned: Array.from({ length: 4_000 }, (_, i) => `${i} and more`) }),
      }));
    await expect(resolutions.resolve({ ...asked, load: large })).rejects.toMatchObject({
      message: "the thread that resolves states has failed",
      cause: { code: "ERR_WORKER_OUT_OF_MEMORY" },
    });
    expect(list(await resolutions.resolve(something()))).toEqual(list(await here(something())));
  });

  it("end with the server: the one that is under way, those that wait and those that come", async () => {
    const resolutions = new Resolutions(programClock());
    const first = held();
    const asked = [resolutions.resolve(first.asked), resolutions.resolve(something())];
    const failing = Promise.all(asked.map((resolution) => expect(resolution).rejects.toEqual(failsWith("CLOSED"))));
    await first.isAt;
    const exited = new Promise((resolve) => threads[0]?.once("exit", resolve));
    await resolutions[Symbol.asyncDispose]();
    await exited;
    first.letOn();
    await failing;
    await expect(resolutions.resolve(something())).rejects.toEqual(failsWith("CLOSED"));
    expect(threads).toHaveLength(1);
  });

  it("leave no thread behind when there has been nothing to do for a minute, and start one again", async () => {
    const clock = new TestClock();
    await using resolutions = new Resolutions(clock);
    await clock.until(resolutions.resolve(something()));
    const exited = new Promise((resolve) => threads[0]?.once("exit", resolve));
    await clock.advance(50_000);
    await clock.until(resolutions.resolve(something()));
    await clock.advance(59_000);
    expect([threads.length, clock.pending]).toEqual([1, 1]);
    await clock.advance(1_000);
    await exited;
    expect(clock.pending).toBe(0);
    await clock.until(resolutions.resolve(something()));
    expect(threads).toHaveLength(2);
  });

  it("hold up a clock of tests until they are done", async () => {
    const clock = new TestClock();
    await using resolutions = new Resolutions(clock);
    const done: string[] = [];
    void resolutions.resolve(dividedRoom(rules, { members: 500, changes: 0 })).then(() => done.push("resolved"));
    clock.after(1, () => done.push("a moment later"));
    await clock.advance(1);
    expect(done).toEqual(["resolved", "a moment later"]);
  });

  it("let the process end while nothing is to be done", async () => {
    const [kept, freed] = [vi.spyOn(Worker.prototype, "ref"), vi.spyOn(Worker.prototype, "unref")];
    await using resolutions = new Resolutions(programClock());
    await resolutions.resolve(something());
    expect([kept.mock.calls.length, freed.mock.calls.length]).toEqual([1, 2]);
  });
});
