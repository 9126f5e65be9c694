import { type RoomVersionRules, roomVersions } from "@patrix/room-versions";
import { keyLookup, type SigningKey, signingKeyFromSeed, verifyEvent, eventId } from "@patrix/signatures";
import { describe, expect, it } from "vitest";
import { resolveStateSync } from "../resolution/resolve-state.ts";
import { playScenario, type Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

const keysByServer = new Map<string, SigningKey>();
function keys(server: string): SigningKey {
  let key = keysByServer.get(server);
  if (key === undefined)
    keysByServer.set(server, (key = signingKeyFromSeed(new Uint8Array(32).fill(server.charCodeAt(0)), "ed25519:test")));
  return key;
}

/** The title of the step that is at each key the scenario speaks of, after resolution. */
function winners(scenario: Scenario, rules: RoomVersionRules): Record<string, string> {
  const { room, states, events } = playScenario(scenario, rules, keys);
  const titles = new Map(Array.from(events, ([title, event]) => [event.event_id, title]));
  const { state } = resolveStateSync(states, { rules, events: room.events });
  const resolved: Record<string, string> = {};
  for (const key of Object.keys(expectedOf(scenario, rules))) {
    const [type = "", stateKey = ""] = key.split("|");
    resolved[key] = titles.get(state.get(type)?.get(stateKey) ?? "") ?? "";
  }
  return resolved;
}

function expectedOf({ expected, expectedBy }: Scenario, rules: RoomVersionRules): Readonly<Record<string, string>> {
  return expectedBy?.[rules.stateResolution] ?? expected;
}

describe.each([...roomVersions])("scenarios in signed rooms of version %s", (_, rules) => {
  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", (_title, scenario) => {
    expect(winners(scenario, rules)).toEqual(expectedOf(scenario, rules));
  });

  it.each(scenarios)("are made of events whose hashes, IDs and signatures verify: $title", (scenario) => {
    const { room } = playScenario(scenario, rules, keys);
    expect(room.pdus.size).toBe(room.events.size);
    const lookup = keyLookup(Object.fromEntries(Array.from(keysByServer, ([server, key]) => [server, { [key.keyId]: key.publicKey }])));
    for (const [id, pdu] of room.pdus) {
      expect(eventId(pdu, rules)).toBe(id);
      expect(verifyEvent(pdu, rules, lookup)).toMatchObject({ outcome: "valid" });
    }
  });
});
