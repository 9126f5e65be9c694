import { MatrixError } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { slidingSync } from "./msc4186-sliding-sync.ts";
import { simplifiedMsc3575Sync } from "./msc4186-simplified-msc3575-sync.ts";

const event = { event_id: "$e", type: "m.room.message", sender: "@a:b", origin_server_ts: 1, content: {} };

describe("simplified sliding sync", () => {
  it("takes requests of clients from before the proposal was merged", () => {
    const body = {
      conn_id: "room-list",
      lists: {
        all: {
          ranges: [[0, 19]],
          required_state: [
            ["m.room.member", "$LAZY"],
            ["m.room.name", ""],
          ],
          timeline_limit: 1,
          filters: { is_invite: false, not_room_types: ["m.space", null] },
        },
      },
      extensions: { to_device: { enabled: true, since: "1" }, e2ee: { enabled: true }, typing: { enabled: true, lists: ["*"] } },
    };
    const request = simplifiedMsc3575Sync.parseRequest({ params: {}, query: new URLSearchParams("pos=1&timeout=30000"), body });
    expect(request).toEqual({ query: { pos: "1", timeout: 30_000 }, body });
  });

  it("takes the merged form of a list on the old path as well", () => {
    const body = { pos: "1", lists: { all: { range: [0, 9], required_state: { include: [{}], lazy_members: true }, timeline_limit: 1 } } };
    expect(simplifiedMsc3575Sync.parseRequest({ params: {}, query: new URLSearchParams(), body }).body).toBe(body);
    expect(slidingSync.parseRequest({ params: {}, query: new URLSearchParams(), body }).body).toBe(body);
  });

  it.each([
    ["a range of one place", { lists: { all: { range: [0], required_state: {}, timeline_limit: 1 } } }],
    ["required state in the old form", { lists: { all: { required_state: [["a", "b"]], timeline_limit: 1 } } }],
    ["a list without required state", { lists: { all: { timeline_limit: 1 } } }],
    ["a room ID that is none", { room_subscriptions: { room: { required_state: {}, timeline_limit: 1 } } }],
  ])("refuses %s in the merged form", (_, body) => {
    expect(() => slidingSync.parseRequest({ params: {}, query: new URLSearchParams(), body })).toThrow(MatrixError);
  });

  it("reads rooms with deleted state, and answers of extensions that it does not know", () => {
    const response = {
      pos: "2",
      rooms: {
        "!r": { initial: true, required_state: [event, { type: "m.room.topic", state_key: "" }], timeline_events: [event], name: null },
      },
      extensions: { e2ee: { device_unused_fallback_key_types: null }, "org.example": { a: 1 } },
    };
    expect(slidingSync.parseResponse({ status: 200, body: response })).toBe(response);
    const old = { pos: "2", rooms: { "!r": { timeline: [event], heroes: null, invite_state: null, unstable_expanded_timeline: true } } };
    expect(simplifiedMsc3575Sync.parseResponse({ status: 200, body: old })).toBe(old);
  });
});
