// Lists whose items have nothing to do with one another: a malformed one costs nobody the others, and is told.
import type { Issue } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { declarationOf } from "./declarations.ts";

const event = { type: "m.x", event_id: "$e", room_id: "!r", sender: "@a:b", origin_server_ts: 1, content: {} };
const device = { user_id: "@a:b", device_id: "D", algorithms: [], keys: { "ed25519:D": "aaaa" }, signatures: {} };
const room = { room_id: "!r", num_joined_members: 1, world_readable: true, guest_can_join: false };
const edu = { edu_type: "m.typing", content: {} };
const notification = { actions: [], event, read: true, room_id: "!r", ts: 1 };
const bad = { spoilt: true };

type Row = readonly [operation: string, body: unknown, expected: unknown, pointer: string];
const list = (name: string, good: unknown, more: object = {}) =>
  [{ ...more, [name]: [bad, good] }, { ...more, [name]: [good] }, `/${name}/0`] as const;

const responses: readonly Row[] = [
  [
    "client-server sync",
    { next_batch: "s", to_device: { events: [5] }, rooms: { join: { "!r": 5 } } },
    { next_batch: "s", to_device: { events: [] }, rooms: { join: {} } },
    "/rooms/join/!r",
  ],
  [
    "client-server queryKeys",
    { device_keys: { "@a:b": { D: device, E: bad } } },
    { device_keys: { "@a:b": { D: device } } },
    "/device_keys/@a:b/E",
  ],
  [
    "server-server queryUserEncryptionKeys",
    { device_keys: { "@a:b": { D: device, E: bad } } },
    { device_keys: { "@a:b": { D: device } } },
    "/device_keys/@a:b/E",
  ],
  [
    "client-server claimKeys",
    { one_time_keys: { "@a:b": { D: { "x:1": "k" }, E: 5 } } },
    { one_time_keys: { "@a:b": { D: { "x:1": "k" } } } },
    "/one_time_keys/@a:b/E",
  ],
  [
    "server-server claimUserEncryptionKeys",
    { one_time_keys: { "@a:b": { D: { "x:1": "k" }, E: 5 } } },
    { one_time_keys: { "@a:b": { D: { "x:1": "k" } } } },
    "/one_time_keys/@a:b/E",
  ],
  ["client-server getRoomState", [bad, event], [event], "/0"],
  ["client-server getRoomEvents", ...list("chunk", event, { start: "s" })],
  ["client-server getMembersByRoom", ...list("chunk", event)],
  ["client-server getEventContext", ...list("events_before", event)],
  ["client-server getRelatingEvents", ...list("chunk", event)],
  ["client-server getThreadRoots", ...list("chunk", event)],
  ["client-server getNotifications", ...list("notifications", notification)],
  ["client-server getPublicRooms", ...list("chunk", room)],
  ["server-server getPublicRooms", ...list("chunk", room)],
  ["client-server getSpaceHierarchy", ...list("rooms", { ...room, children_state: [] })],
  ["client-server getDevices", ...list("devices", { device_id: "D" })],
  ["client-server getJoinedRooms", { joined_rooms: [5, "!r"] }, { joined_rooms: ["!r"] }, "/joined_rooms/0"],
  [
    "client-server getRoomKeys",
    { rooms: { "!r": { sessions: { s: bad } }, nonsense: 5 } },
    { rooms: { "!r": { sessions: {} } } },
    "/rooms/nonsense",
  ],
  ["server-server getMissingPreviousEvents", { events: [5, event] }, { events: [event] }, "/events/0"],
];
const requests: readonly Row[] = [
  [
    "server-server sendTransaction",
    { origin: "b", origin_server_ts: 1, pdus: [5, event], edus: [edu, bad] },
    { origin: "b", origin_server_ts: 1, pdus: [event], edus: [edu] },
    "/pdus/0",
  ],
  ["application-service sendTransaction", ...list("events", event)],
];

const endpointOf = (operation: string) => {
  const [api = "", operationId = ""] = operation.split(" ");
  return declarationOf({ api, operationId });
};

describe("malformed items are left out and told", () => {
  it.each(responses)("of the response of %s", (operation, body, expected, pointer) => {
    const told: Issue[] = [];
    const parsed = endpointOf(operation).parseResponse({ status: 200, body }, { onLeftOut: (issue) => told.push(issue) });
    expect(parsed).toEqual(expected);
    expect(told.map((issue) => issue.pointer).some((found) => found === pointer || found.startsWith(`${pointer}/`))).toBe(true);
  });

  it.each(requests)("of the request %s", (operation, body, expected, pointer) => {
    const told: Issue[] = [];
    const request = { params: { txnId: "t" }, query: new URLSearchParams(), body };
    const parsed = endpointOf(operation).parseRequest(request, { onLeftOut: (issue) => told.push(issue) });
    expect(parsed).toMatchObject({ body: expected });
    expect(told.some((issue) => issue.pointer.startsWith(pointer))).toBe(true);
  });

  it("but not of a client's request, nor of lists that belong together", () => {
    const backup = { params: {}, query: new URLSearchParams({ version: "1" }), body: { rooms: { "!r": { sessions: { s: bad } } } } };
    expect(() => endpointOf("client-server putRoomKeys").parseRequest(backup)).toThrow("/rooms/!r/sessions/s");
    const joined = { status: 200, body: { auth_chain: [5], state: [], origin: "b" } };
    expect(() => endpointOf("server-server sendJoinV2").parseResponse(joined)).toThrow("/auth_chain/0");
  });
});
