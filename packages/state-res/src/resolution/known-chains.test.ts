import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { authChainOf, conflictedSubgraphOf } from "../testing/auth-chains.ts";
import { benchmarkSizes, makeForkedRoom } from "../testing/forked-room.ts";
import { tortureRoom } from "../testing/torture.ts";
import { type EventStore, resolveState, resolveStateSync } from "./resolve-state.ts";
import { type StateMap, stateEntries } from "./state-map.ts";

const list = (state: StateMap): string[] =>
  Array.from(stateEntries(state), ({ type, stateKey, eventId }) => `${type} ${stateKey} ${eventId}`).toSorted();

describe("resolution with auth chains that are known", () => {
  it.each([...roomVersions.values()])("gives in version $id what it gives without", async (rules) => {
    let differing = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const { room, states } = tortureRoom(rules, { seed, attempts: 100, maxBranches: 5 });
      const { events } = room;
      const expected = resolveStateSync(states, { rules, events, explain: true });
      const known = {
        authChains: states.map((state) => authChainOf(state, events)),
        conflictedSubgraph: conflictedSubgraphOf(states, events),
      };
      const { state, explanation } = resolveStateSync(states, { rules, events, explain: true, ...known });
      expect(list(state)).toEqual(list(expected.state));
      expect([...(explanation?.authDifference ?? [])].toSorted()).toEqual([...(expected.explanation?.authDifference ?? [])].toSorted());
      expect(explanation?.checks).toEqual(expected.explanation?.checks);
      const store: EventStore = {
        fetchEvents: async (ids) => new Map(ids.flatMap((id) => (events.has(id) ? [[id, events.get(id)!]] : []))),
      };
      expect(list((await resolveState(states, { rules, store, ...known })).state)).toEqual(list(expected.state));
      // Without the subgraph, and with a state given twice.
      const again = [...states, ...states];
      const chains = [...known.authChains, ...known.authChains];
      expect(list(resolveStateSync(again, { rules, events, authChains: chains }).state)).toEqual(list(expected.state));
      if ((expected.explanation?.checks.length ?? 0) > 2) differing += 1;
    }
    expect(differing).toBeGreaterThan(20);
  });

  it("looks at the events that decide and at no others", () => {
    const rules = roomVersions.get("11")!;
    const { room, states } = makeForkedRoom(rules, { ...benchmarkSizes.deep, members: 50, profileChanges: 2_000, eventsPerFork: 20 });
    const looked = new Set<string>();
    const events = new Map(room.events);
    const get = events.get.bind(events);
    events.get = (id) => {
      looked.add(id);
      return get(id);
    };
    const { state } = resolveStateSync(states, { rules, events, authChains: states.map((fork) => authChainOf(fork, room.events)) });
    expect(list(state)).toEqual(list(resolveStateSync(states, { rules, events: room.events }).state));
    expect(looked.size).toBeLessThan(room.events.size / 4);
  });

  it("refuses chains that are not one for each state", () => {
    const rules = roomVersions.get("11")!;
    const { room, states } = tortureRoom(rules, { seed: 1 });
    const mismatch = expect.objectContaining({ code: "CHAINS_MISMATCH" });
    expect(() => resolveStateSync(states, { rules, events: room.events, authChains: [] })).toThrow(mismatch);
  });
});
