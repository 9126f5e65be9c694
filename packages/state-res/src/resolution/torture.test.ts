import * as fc from "fast-check";
import { type RoomVersionRules, roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { checkStateIndependentAuth } from "../authorization/check-auth.ts";
import { StateResError } from "../errors.ts";
import { seededRandom } from "../testing/random.ts";
import { flatten, naiveResolve } from "../testing/naive-resolve.ts";
import { naiveResolveV1 } from "../testing/naive-resolve-v1.ts";
import { tortureRoom } from "../testing/torture.ts";
import { type EventStore, resolveState, resolveStateSync } from "./resolve-state.ts";
import { type StateMap, stateEntries } from "./state-map.ts";

const versions = [...roomVersions.values()];
const arbitraryRoom = fc.record({ seed: fc.integer(), rules: fc.constantFrom(...versions) });
const runs = { numRuns: 150 };

function list(state: StateMap): string[] {
  return Array.from(stateEntries(state), ({ type, stateKey, eventId }) => `${type} ${stateKey} ${eventId}`).toSorted();
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, rank: random.next() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** The same state with everything in another order and no map shared. */
function reordered(state: StateMap, seed: number): StateMap {
  return new Map(shuffled([...state], seed).map(([type, inner]) => [type, new Map(shuffled([...inner], seed))]));
}

function reorderedEvents(events: ReadonlyMap<string, AuthEvent>, seed: number): Map<string, AuthEvent> {
  return new Map(shuffled([...events], seed).map(([id, event]) => [id, { ...event, auth_events: shuffled(event.auth_events, seed) }]));
}

function storeOf(events: ReadonlyMap<string, AuthEvent>, requests: number[] = []): EventStore {
  return {
    fetchEvents: async (ids) => {
      requests.push(ids.length);
      return new Map([...events].filter(([id]) => ids.includes(id)));
    },
  };
}

describe("resolution of rooms that fell apart", () => {
  it("does not depend on the order of forks, of state, of events or of auth_events", () => {
    fc.assert(
      fc.property(arbitraryRoom, ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed });
        const expected = list(resolveStateSync(states, { rules, events: room.events }).state);
        const shuffledStates = shuffled(states, seed).map((state) => reordered(state, seed));
        expect(list(resolveStateSync(shuffledStates, { rules, events: reorderedEvents(room.events, seed) }).state)).toEqual(expected);
        expect(list(resolveStateSync([...states, ...states], { rules, events: room.events }).state)).toEqual(expected);
      }),
      runs,
    );
  });

  it("is what the specification's wording gives", () => {
    fc.assert(
      fc.property(arbitraryRoom, ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed, attempts: 100, maxBranches: 6 });
        const { state } = resolveStateSync(states, { rules, events: room.events });
        const naive = rules.stateResolution === "v1" ? naiveResolveV1 : naiveResolve;
        expect(Object.fromEntries(flatten(state))).toEqual(Object.fromEntries(naive(states, rules, room.events)));
      }),
      runs,
    );
  });

  it("leaves no key of a state empty in room version 1, also where no event is allowed", () => {
    const rules = roomVersions.get("1")!;
    let unallowed = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const { room, states } = tortureRoom(rules, { seed, attempts: 100, maxBranches: 6 });
      const { state, explanation } = resolveStateSync(states, { rules, events: room.events, explain: true });
      const resolved = flatten(state);
      expect(Object.fromEntries(resolved)).toEqual(Object.fromEntries(naiveResolveV1(states, rules, room.events)));
      for (const key of states.flatMap((fork) => [...flatten(fork).keys()])) expect(resolved.has(key)).toBe(true);
      const allowed = new Set(explanation!.checks.filter(({ outcome }) => outcome.outcome === "allowed").map(({ eventId }) => eventId));
      const rejected = new Set(explanation!.checks.filter(({ outcome }) => outcome.outcome === "rejected").map(({ eventId }) => eventId));
      const topic = resolved.get("m.room.topic|") ?? "";
      if (rejected.has(topic) && !allowed.has(topic)) unallowed += 1;
    }
    expect(unallowed).toBeGreaterThan(3);
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(arbitraryRoom, ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed });
        const { state } = resolveStateSync(states, { rules, events: room.events });
        for (const again of [[state], [state, state], [state, reordered(state, seed)]]) {
          expect(list(resolveStateSync(again, { rules, events: room.events }).state)).toEqual(list(state));
        }
      }),
      runs,
    );
  });

  it("is the same from a store as in memory, with and without explanation", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRoom, async ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed });
        const expected = list(resolveStateSync(states, { rules, events: room.events }).state);
        expect(list((await resolveState(states, { rules, store: storeOf(room.events) })).state)).toEqual(expected);
        expect(list(resolveStateSync(states, { rules, events: room.events, explain: true }).state)).toEqual(expected);
      }),
      runs,
    );
  });

  it("keeps what all agree on, and otherwise only events that were allowed, each at its own key", () => {
    fc.assert(
      fc.property(arbitraryRoom, ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed, attempts: 100 });
        const { state, explanation } = resolveStateSync(states, { rules, events: room.events, explain: true });
        const allowed = new Set(explanation!.checks.filter(({ outcome }) => outcome.outcome === "allowed").map(({ eventId }) => eventId));
        const isV1 = rules.stateResolution === "v1";
        for (const { type, stateKey, eventId } of stateEntries(state)) {
          const event = room.events.get(eventId)!;
          expect([event.type, event.state_key]).toEqual([type, stateKey]);
          const agreed = explanation!.unconflicted.get(type)?.get(stateKey);
          // Version 1 takes the lowest event of a conflict unchecked.
          if (agreed === undefined && !isV1) expect(allowed.has(eventId)).toBe(true);
          if (agreed !== undefined) expect(eventId).toBe(agreed);
        }
        for (const { type, stateKey } of stateEntries(explanation!.unconflicted)) expect(state.get(type)?.has(stateKey)).toBe(true);
      }),
      runs,
    );
  });

  it("never removes or bans the creator in room version 12", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rules = roomVersions.get("12")!;
        const { room, states } = tortureRoom(rules, { seed, attempts: 120 });
        const { state } = resolveStateSync(states, { rules, events: room.events });
        const alice = room.events.get(state.get("m.room.member")?.get("@alice:alice.example") ?? "")!;
        if (alice.sender !== "@alice:alice.example") expect(alice.content["membership"]).toBe("invite");
      }),
      runs,
    );
  });

  it("orders power events after those they rest on, and says of each why it comes where it does", () => {
    fc.assert(
      fc.property(arbitraryRoom, ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed });
        const { powerEvents, otherEvents } = resolveStateSync(states, { rules, events: room.events, explain: true }).explanation!;
        const places = new Map(powerEvents.map(({ eventId }, index) => [eventId, index]));
        for (const { eventId } of powerEvents) {
          for (const id of room.events.get(eventId)!.auth_events) expect(places.get(id) ?? -1).toBeLessThan(places.get(eventId)!);
        }
        if (rules.stateResolution === "v1") return;
        for (const ordered of [powerEvents, otherEvents]) for (const event of ordered.slice(1)) expect(event.because?.text).toMatch(/./);
      }),
      runs,
    );
  });

  it("either does without a missing event, with the same result, or names it", () => {
    fc.assert(
      fc.property(arbitraryRoom, ({ seed, rules }) => {
        const { room, states } = tortureRoom(rules, { seed });
        const expected = list(resolveStateSync(states, { rules, events: room.events }).state);
        const lost = seededRandom(seed).pick([...room.events.keys()]);
        const events = new Map(room.events);
        events.delete(lost);
        try {
          expect(list(resolveStateSync(states, { rules, events }).state)).toEqual(expected);
        } catch (error) {
          if (!(error instanceof StateResError)) throw error;
          expect(error).toMatchObject({ code: "EVENT_NOT_FOUND", eventIds: [lost] });
        }
      }),
      runs,
    );
  });

  it("has something to resolve", () => {
    const counts = versions.map((rules: RoomVersionRules) => {
      let rejected = 0;
      for (let seed = 0; seed < 20; seed += 1) {
        const { room, states } = tortureRoom(rules, { seed });
        const { checks } = resolveStateSync(states, { rules, events: room.events, explain: true }).explanation!;
        rejected += checks.filter(({ outcome }) => outcome.outcome === "rejected").length;
        for (const event of room.events.values()) {
          expect(checkStateIndependentAuth(event, rules, (id) => room.events.get(id)).outcome).toBe("allowed");
        }
      }
      return rejected;
    });
    for (const rejected of counts) expect(rejected).toBeGreaterThan(10);
  });
});
