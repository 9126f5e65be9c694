import { buildPdu, fromFederation } from "@patrix/signatures";
import { getRoomVersionRules } from "@patrix/room-versions";
import { expect, it } from "vitest";
import { toAuthEvent } from "./to-auth-event.ts";

const draft = {
  type: "m.room.topic",
  state_key: "",
  content: { topic: "x" },
  sender: "@a:b.org",
  room_id: "!r:b.org",
  origin_server_ts: 5,
};

it.each(["1", "3", "11"])("reads a PDU of room version %s, whose references become bare event IDs", (version) => {
  const rules = getRoomVersionRules(version);
  if (!rules) throw new Error("unknown version");
  const reference = rules.eventsReferenceFormat === "id" ? "$prev" : (["$prev", { sha256: "x" }] as const);
  const { pdu } = buildPdu(
    rules.eventFormat.requireEventId ? { ...draft, event_id: "$own:b.org" } : draft,
    { prevEvents: [reference], authEvents: [reference], depth: 7 },
    rules,
  );
  const event = toAuthEvent(fromFederation(pdu, rules), true);
  expect(event).toMatchObject({
    type: "m.room.topic",
    state_key: "",
    prev_events: ["$prev"],
    auth_events: ["$prev"],
    depth: 7,
    rejected: true,
  });
});

it.each([
  ["type", { type: 1 }],
  ["sender", { sender: null }],
  ["content", { content: [] }],
  ["origin_server_ts", { origin_server_ts: "5" }],
  ["state_key", { state_key: 1 }],
  ["room_id", { room_id: {} }],
])("names %s if it is of another kind", (name, wrong) => {
  expect(() => toAuthEvent({ eventId: "$e", pdu: { ...draft, ...wrong } })).toThrow(new RegExp(`^${name}: expected .* in \\$e`));
});
