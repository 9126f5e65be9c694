import { describe, expect, it } from "vitest";
import { StateAfterQuery } from "./msc4222-state-after.ts";
import { sendStickyMessage, SlidingSyncStickyEvents } from "./msc4354-sticky-events.ts";

describe("sendStickyMessage", () => {
  it("puts the duration into the query, and reads it back as a number", () => {
    const request = {
      path: { roomId: "!r:example.org", eventType: "m.rtc.member", txnId: "t" },
      query: { "org.matrix.msc4354.sticky_duration_ms": 60_000 },
      body: { msc4354_sticky_key: "k" },
    } as const;
    const { url } = sendStickyMessage.request(request, { baseUrl: "" });
    const query = new URL(url, "https://example.org").searchParams;
    expect(sendStickyMessage.parseRequest({ params: { ...request.path }, query, body: request.body })).toEqual(request);
  });
});

describe("SlidingSyncStickyEvents", () => {
  it("refuses a key that is no room ID", () => {
    expect(SlidingSyncStickyEvents.is({ rooms: { "!r:example.org": { events: [] } } })).toBe(true);
    expect(SlidingSyncStickyEvents.is({ rooms: { room: {} } })).toBe(false);
  });
});

describe("StateAfterQuery", () => {
  it("reads the text of a boolean", () => {
    expect(StateAfterQuery.parse({ "org.matrix.msc4222.use_state_after": "true" })).toEqual({ "org.matrix.msc4222.use_state_after": true });
  });
});
