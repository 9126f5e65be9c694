import { describe, expect, it } from "vitest";
import { guessEventForm, guessPayload } from "./guess-payload.ts";

const sender = "@a:b.org";

describe("what a payload probably is", () => {
  it.each([
    [{ errcode: "M_FORBIDDEN", error: "no" }, { kind: "error" }],
    [{ type: "m.room.create", auth_events: [], prev_events: [], content: {} }, { kind: "pdu" }],
    [{ next_batch: "s1" }, { kind: "body", api: "client-server", operationId: "sync", part: "response" }],
    [
      { chunk: [], start: "t1", next_batch: "t2" },
      { kind: "body", api: "client-server", operationId: "getRoomEvents", part: "response" },
    ],
    [
      { origin: "b.org", pdus: [] },
      { kind: "body", api: "server-server", operationId: "sendTransaction", part: "request" },
    ],
    [
      { type: "m.room.message", event_id: "$1", sender, content: {} },
      { kind: "event", form: "room" },
    ],
  ])("of %j is %j", (payload, expected) => {
    expect(guessPayload(payload)).toEqual(expected);
  });

  it.each([[undefined], [null], [[]], ["x"], [{}], [{ type: 5 }]])("of %j cannot be told", (payload) => {
    expect(guessPayload(payload)).toBeUndefined();
  });
});

describe("the form of an event", () => {
  it.each([
    [{ edu_type: "m.typing", content: {} }, "edu"],
    [{ type: "x", origin_server_ts: 1, content: {} }, "room"],
    [{ type: "m.room.name", state_key: "", sender, content: {} }, "stripped"],
    [{ type: "m.dummy", sender, content: {} }, "to-device"],
    [{ type: "m.typing", content: {} }, "ephemeral"],
    [{ type: "m.tag", content: {} }, "room-account-data"],
    [{ type: "m.direct", content: {} }, "global-account-data"],
    [{ type: "com.example", content: {} }, "global-account-data"],
    [[], undefined],
  ])("%j is %s", (event, form) => {
    expect(guessEventForm(event)).toBe(form);
  });
});
