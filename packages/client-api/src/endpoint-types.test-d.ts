import type { OpenEnum } from "@patrix/api";
import type { RoomId } from "@patrix/identifiers";
import { expectTypeOf, it } from "vitest";
import { joinRoomById } from "./membership/join-room-by-id.ts";
import { createRoom, type CreateRoomBody } from "./room/create-room.ts";
import { getJoinedMembersByRoom } from "./membership/get-joined-members-by-room.ts";
import { sync } from "./sync/sync.ts";

const options = { baseUrl: "" };

it("types requests by their parts", () => {
  joinRoomById.request({ path: { roomId: "!room" } }, options);
  // @ts-expect-error: the room is required
  joinRoomById.request({}, options);
  // @ts-expect-error: an alias is no room ID
  joinRoomById.request({ path: { roomId: "#alias:example.org" } }, options);
  // @ts-expect-error: there is no such member
  createRoom.request({ body: { nmae: "typo" } }, options);
  sync.request({ query: { filter: { room: { timeline: { limit: 1 } } }, since: "s1" } }, options);
  sync.request({}, options);
});

it("types responses, with open enumerations and maps by identifier", () => {
  expectTypeOf(createRoom.parseResponse).returns.toHaveProperty("room_id").toEqualTypeOf<RoomId>();
  expectTypeOf<CreateRoomBody["preset"]>().toEqualTypeOf<OpenEnum<"private_chat" | "public_chat" | "trusted_private_chat"> | undefined>();
  const { joined } = getJoinedMembersByRoom.parseResponse({ status: 200, body: {} });
  expectTypeOf(joined?.["@a:b"]?.display_name).toEqualTypeOf<string | null | undefined>();
  // @ts-expect-error: a response without its required member
  createRoom.response({});
});
