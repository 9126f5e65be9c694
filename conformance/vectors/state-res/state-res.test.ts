import { readFileSync } from "node:fs";
import { getRoomVersionRules } from "@patrix/room-versions";
import { checkPduFormat, fromFederation, type JsonObject, keyLookup, verifyEvent } from "@patrix/signatures";
import { type AuthEvent, checkStateIndependentAuth, resolveStateSync, toStateMap } from "@patrix/state-res";
import { flatten } from "@patrix/state-res/testing";
import { describe, expect, it } from "vitest";

interface Room {
  name: string;
  roomVersion: string;
  pdus: (JsonObject & AuthEvent)[];
  stateMaps: string[][];
  /** The resolved state, as sorted event IDs. */
  expected: string[];
}
const [first = "", ...lines] = readFileSync(new URL("rooms.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");
const { keys } = JSON.parse(first) as { keys: Record<string, Record<string, string>> };
const rooms = lines.map((line): Room => JSON.parse(line));

describe("signed rooms, from the wire to the resolved state", () => {
  it.each(rooms)("$name (room version $roomVersion)", ({ roomVersion, pdus, stateMaps, expected }) => {
    const rules = getRoomVersionRules(roomVersion)!;
    const events = new Map<string, AuthEvent>();
    for (const pdu of pdus) {
      expect(checkPduFormat(pdu, rules)).toEqual([]);
      expect(verifyEvent(pdu, rules, keyLookup(keys)).outcome).toBe("valid");
      const { eventId, prevEvents, authEvents } = fromFederation(pdu, rules);
      const event = { ...pdu, event_id: eventId, prev_events: prevEvents, auth_events: authEvents };
      expect(checkStateIndependentAuth(event, rules, (id) => events.get(id)).outcome).toBe("allowed");
      events.set(eventId, event);
    }
    const states = stateMaps.map((ids) => toStateMap(ids.map((id) => events.get(id)!)));
    expect([...flatten(resolveStateSync(states, { rules, events }).state).values()].toSorted()).toEqual(expected);
  });
});
