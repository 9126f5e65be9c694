import { existsSync, readdirSync, readFileSync } from "node:fs";
import { getRoomVersionRules } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { checkStateDependentAuth, checkStateIndependentAuth } from "../authorization/check-auth.ts";
import { resolveState, resolveStateSync } from "./resolve-state.ts";
import { type StateMap, stateEntries, toStateMap } from "./state-map.ts";

const folder = new URL("../../../../../shared/fixtures/state-res/", import.meta.url);
const missing = !existsSync(folder);
if (missing) console.warn("state-res: ../shared/fixtures is absent, fixture tests are skipped");

interface Fixture {
  name: string;
  roomVersion?: string;
  batches?: AuthEvent[][];
  pdus?: AuthEvent[];
  stateMaps?: string[][];
  expected: { type: string; state_key: string; event_id: string }[];
}
const fixtures = missing ? [] : readdirSync(folder).map((file): Fixture => JSON.parse(readFileSync(new URL(file, folder), "utf8")));
const withBatches = fixtures.filter((fixture) => fixture.batches !== undefined);
const withStates = fixtures.filter((fixture) => fixture.stateMaps !== undefined);

function list(state: StateMap): string[] {
  return Array.from(stateEntries(state), ({ type, stateKey, eventId }) => `${type} ${stateKey} ${eventId}`).toSorted();
}
function expectedList({ expected }: Fixture): string[] {
  return expected.map((entry) => `${entry.type} ${entry.state_key} ${entry.event_id}`).toSorted();
}
function rulesOf(fixture: Fixture) {
  const create = (fixture.pdus ?? fixture.batches?.flat())?.[0];
  return getRoomVersionRules(fixture.roomVersion ?? String(create?.content["room_version"]))!;
}

/** Adds events to a room in batches: each is checked against the resolved state before it, and the states after its leaves are resolved. */
function replay(fixture: Fixture, batches: readonly (readonly AuthEvent[])[]): StateMap {
  const rules = rulesOf(fixture);
  const events = new Map<string, AuthEvent>();
  const after = new Map<string, StateMap>();
  let state: StateMap = new Map();
  const leaves = new Set<string>();
  for (const batch of batches) {
    for (const event of batch) {
      events.set(event.event_id, event);
      const before = resolveStateSync(
        event.prev_events.map((id) => after.get(id)!),
        { rules, events },
      ).state;
      const fetch = (type: string, stateKey: string) => events.get(before.get(type)?.get(stateKey) ?? "");
      expect(checkStateIndependentAuth(event, rules, (id) => events.get(id)).outcome).toBe("allowed");
      expect(checkStateDependentAuth(event, rules, fetch).outcome).toBe("allowed");
      const own = event.state_key === undefined ? [] : [event];
      after.set(event.event_id, toStateMap([...Array.from(stateEntries(before), ({ eventId }) => events.get(eventId)!), ...own]));
      for (const id of event.prev_events) leaves.delete(id);
      leaves.add(event.event_id);
    }
    state = resolveStateSync(
      [...leaves].map((id) => after.get(id)!),
      { rules, events },
    ).state;
  }
  return state;
}

describe.skipIf(missing)("the fixtures of forked rooms", () => {
  it.each(withBatches)("resolves $name event by event, batch by batch and all at once", (fixture) => {
    const batches = fixture.batches!;
    expect(
      list(
        replay(
          fixture,
          batches.flat().map((event) => [event]),
        ),
      ),
    ).toEqual(expectedList(fixture));
    expect(list(replay(fixture, batches))).toEqual(expectedList(fixture));
    expect(list(replay(fixture, [batches.flat()]))).toEqual(expectedList(fixture));
  });

  it.each(withStates)("resolves the states of $name, in either order, in memory and from a store", async (fixture) => {
    const rules = rulesOf(fixture);
    const events = new Map(fixture.pdus!.map((event) => [event.event_id, event]));
    const states = fixture.stateMaps!.map((ids) => toStateMap(ids.map((id) => events.get(id)!)));
    const store = {
      fetchEvents: async (ids: readonly string[]) => new Map(ids.flatMap((id) => (events.has(id) ? [[id, events.get(id)!] as const] : []))),
    };
    for (const stateMaps of [states, states.toReversed()]) {
      expect(list(resolveStateSync(stateMaps, { rules, events }).state)).toEqual(expectedList(fixture));
      expect(list((await resolveState(stateMaps, { rules, store })).state)).toEqual(expectedList(fixture));
    }
  });
});
