import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { Membership } from "../membership/membership.ts";
import { RoomIdOrAliasPath } from "./room-id-or-alias-path.ts";
import { type RoomSummary, roomSummaryShape } from "./room-summary.ts";
import { ViaQuery } from "./via-query.ts";

/** Response of {@link getRoomSummary}. */
export interface GetRoomSummaryResponse extends RoomSummary {
  /** The caller's membership, if any. */
  membership?: Membership | undefined;
}

/** Checks a {@link GetRoomSummaryResponse}. */
export const GetRoomSummaryResponse: Model<GetRoomSummaryResponse> = /* @__PURE__ */ model(() =>
  obj<GetRoomSummaryResponse>({ ...roomSummaryShape(), membership: z.optional(Membership) }),
);

/** Request of {@link getRoomSummary}. */
export interface GetRoomSummaryRequest {
  path: RoomIdOrAliasPath;
  query?: ViaQuery | undefined;
}

/**
 * Describes a room, which the caller need not have joined.
 *
 * `GET /_matrix/client/v1/room_summary/{roomIdOrAlias}` · optional access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias}
 */
export const getRoomSummary: Endpoint<GetRoomSummaryRequest, GetRoomSummaryResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomSummary",
  method: "GET",
  auth: "accessTokenOptional",
  rateLimited: false,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/im.nheko.summary/rooms/{roomIdOrAlias}/summary" },
      { path: "/_matrix/client/unstable/im.nheko.summary/summary/{roomIdOrAlias}" },
    ],
    stable: [{ since: "v1.15", path: "/_matrix/client/v1/room_summary/{roomIdOrAlias}" }],
  },
  errors: { 404: {} },
  path: RoomIdOrAliasPath,
  query: ViaQuery,
  response: GetRoomSummaryResponse,
});
