import { type Endpoint, endpoint, intParam, type Model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PublicRoomsResponse } from "./public-rooms-response.ts";

/** Query parameters of {@link getPublicRooms}. */
export interface GetPublicRoomsQuery {
  /** Greatest number of results. */
  limit?: number | undefined;
  /** Token of the page. */
  since?: string | undefined;
  /** The server to ask; the homeserver itself if absent. */
  server?: ServerName | undefined;
}

/** Checks a {@link GetPublicRoomsQuery}. */
export const GetPublicRoomsQuery: Model<GetPublicRoomsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetPublicRoomsQuery>({ limit: z.optional(intParam()), since: z.optional(z.string()), server: z.optional(ServerName) }),
);

/** Request of {@link getPublicRooms}. */
export interface GetPublicRoomsRequest {
  query?: GetPublicRoomsQuery | undefined;
}

/**
 * Lists the public rooms of a server.
 *
 * `GET /_matrix/client/v3/publicRooms` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms}
 */
export const getPublicRooms: Endpoint<GetPublicRoomsRequest, PublicRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "getPublicRooms",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/publicRooms" },
      { since: "v1.1", path: "/_matrix/client/v3/publicRooms" },
    ],
  },
  query: GetPublicRoomsQuery,
  response: PublicRoomsResponse,
});
