import { endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import { RoomAlias } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomPath } from "./room-path.ts";

/** Response of {@link getLocalAliases}. */
export interface GetLocalAliasesResponse {
  aliases: RoomAlias[];
}

/** Checks a {@link GetLocalAliasesResponse}. */
export const GetLocalAliasesResponse: Model<GetLocalAliasesResponse> = /* @__PURE__ */ model(() =>
  obj<GetLocalAliasesResponse>({ aliases: independent(z.array(RoomAlias)) }),
);

/** Request of {@link getLocalAliases}. */
export interface GetLocalAliasesRequest {
  path: RoomPath;
}

/**
 * Lists the aliases that the homeserver has for a room.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/aliases` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidaliases}
 */
export const getLocalAliases: Endpoint<GetLocalAliasesRequest, GetLocalAliasesResponse> = /* @__PURE__ */ endpoint({
  id: "getLocalAliases",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc2432/rooms/{roomId}/aliases" }],
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/aliases" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/aliases" },
    ],
  },
  errors: { 400: {}, 403: {} },
  path: RoomPath,
  response: GetLocalAliasesResponse,
});
