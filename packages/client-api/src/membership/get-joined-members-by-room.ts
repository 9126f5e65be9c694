import { endpoint, type Endpoint, independent, model, type Model, obj, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "../room/room-path.ts";

/** The profile of a joined member. Servers send `null` for what it lacks, which some clients require. */
export interface JoinedMember {
  /** A name for people. */
  display_name?: string | null | undefined;
  /** Content URI of the avatar. */
  avatar_url?: string | null | undefined;
}

/** Response of {@link getJoinedMembersByRoom}. */
export interface GetJoinedMembersByRoomResponse {
  /** By user. */
  joined?: Record<UserId, JoinedMember> | undefined;
}

/** Checks a {@link GetJoinedMembersByRoomResponse}. */
export const GetJoinedMembersByRoomResponse: Model<GetJoinedMembersByRoomResponse> = /* @__PURE__ */ model(() =>
  obj<GetJoinedMembersByRoomResponse>({
    joined: z.optional(
      independent(
        record(
          UserId,
          obj<JoinedMember>({ display_name: z.optional(z.nullable(z.string())), avatar_url: z.optional(z.nullable(z.string())) }),
        ),
      ),
    ),
  }),
);

/** Request of {@link getJoinedMembersByRoom}. */
export interface GetJoinedMembersByRoomRequest {
  path: RoomPath;
}

/**
 * Lists the joined members of a room with their profiles.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/joined_members` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members}
 */
export const getJoinedMembersByRoom: Endpoint<GetJoinedMembersByRoomRequest, GetJoinedMembersByRoomResponse> = /* @__PURE__ */ endpoint({
  id: "getJoinedMembersByRoom",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/joined_members" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/joined_members" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  response: GetJoinedMembersByRoomResponse,
});
