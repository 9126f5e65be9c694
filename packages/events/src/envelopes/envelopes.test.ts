import { describe, expect, it } from "vitest";
import { ClientEvent, ClientEventWithoutRoomId } from "./client-event.ts";
import { Edu } from "./edu.ts";
import { Pdu, PduV1 } from "./pdu.ts";

const pdu = {
  type: "m.room.create",
  sender: "@a:x",
  origin_server_ts: 1,
  content: {},
  depth: 1,
  hashes: { sha256: "aaaa" },
  signatures: { x: { "ed25519:1": "bbbb" } },
  auth_events: [],
  prev_events: [],
};

describe("Pdu", () => {
  it("needs no room ID, as the first event of a room of version 12 has none", () => {
    expect(Pdu.parse(pdu)).toBe(pdu);
    expect(Pdu.is({ ...pdu, room_id: "room" })).toBe(false);
  });

  it("takes depths beyond the exact range, but no fractions", () => {
    expect(Pdu.is({ ...pdu, depth: 2 ** 63 })).toBe(true);
    expect([1.5, "1", Number.NaN].some((depth) => Pdu.is({ ...pdu, depth }))).toBe(false);
  });

  it("refuses references of room versions 1 and 2, which PduV1 takes", () => {
    const references = [["$e:x", { sha256: "cccc" }]];
    const old = { ...pdu, event_id: "$f:x", room_id: "!r:x", auth_events: references, prev_events: references };
    expect(Pdu.is(old)).toBe(false);
    expect(PduV1.parse(old)).toBe(old);
    expect(PduV1.is({ ...old, prev_events: [["$e:x"]] })).toBe(false);
  });
});

describe("ClientEvent", () => {
  const event = { event_id: "$e", type: "m.x", sender: "@a:x", origin_server_ts: 1, content: { any: ["thing"] } };

  it("asks for the room, and its form in sync does not", () => {
    expect(ClientEventWithoutRoomId.parse(event)).toBe(event);
    expect(ClientEvent.safeParse(event)).toEqual({ ok: false, issues: [{ pointer: "/room_id", message: "required, but missing" }] });
  });

  it("asks for an object as content and does not look inside", () => {
    expect([null, [], "x", undefined].some((content) => ClientEventWithoutRoomId.is({ ...event, content }))).toBe(false);
    expect(Edu.is({ edu_type: "m.x", content: {} })).toBe(true);
  });
});
