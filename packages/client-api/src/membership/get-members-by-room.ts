import { endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import * as z from "zod/mini";
import { Membership } from "./membership.ts";
import { RoomPath } from "../room/room-path.ts";

/** Query parameters of {@link getMembersByRoom}. */
export interface GetMembersByRoomQuery {
  /** Token of the point in time; now if absent. */
  at?: string | undefined;
  /** Only this membership. */
  membership?: Membership | undefined;
  /** All but this membership. */
  not_membership?: Membership | undefined;
}

/** Checks a {@link GetMembersByRoomQuery}. */
export const GetMembersByRoomQuery: Model<GetMembersByRoomQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetMembersByRoomQuery>({ at: z.optional(z.string()), membership: z.optional(Membership), not_membership: z.optional(Membership) }),
);

/** Response of {@link getMembersByRoom}. */
export interface GetMembersByRoomResponse {
  /** `m.room.member` events. */
  chunk?: ClientEvent[] | undefined;
}

/** Checks a {@link GetMembersByRoomResponse}. */
export const GetMembersByRoomResponse: Model<GetMembersByRoomResponse> = /* @__PURE__ */ model(() =>
  obj<GetMembersByRoomResponse>({ chunk: z.optional(independent(z.array(ClientEvent.schema))) }),
);

/** Request of {@link getMembersByRoom}. */
export interface GetMembersByRoomRequest {
  path: RoomPath;
  query?: GetMembersByRoomQuery | undefined;
}

/**
 * Lists the membership events of a room.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/members` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers}
 */
export const getMembersByRoom: Endpoint<GetMembersByRoomRequest, GetMembersByRoomResponse> = /* @__PURE__ */ endpoint({
  id: "getMembersByRoom",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/members" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/members" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  query: GetMembersByRoomQuery,
  response: GetMembersByRoomResponse,
});
