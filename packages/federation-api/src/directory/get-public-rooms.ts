import { boolParam, type Endpoint, endpoint, intParam, type Model, obj, paramsModel } from "@patrix/api";
import { PublicRoomsResponse } from "@patrix/client-api";
import * as z from "zod/mini";

/** Query parameters of {@link getPublicRooms}. */
export interface GetPublicRoomsQuery {
  /** Greatest number of results. */
  limit?: number | undefined;
  /** Token of the page. */
  since?: string | undefined;
  /** Whether to include rooms of all networks. Default: `false`. */
  include_all_networks?: boolean | undefined;
  /** The network to list, by instance ID. */
  third_party_instance_id?: string | undefined;
}

/** Checks a {@link GetPublicRoomsQuery}. */
export const GetPublicRoomsQuery: Model<GetPublicRoomsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetPublicRoomsQuery>({
    limit: z.optional(intParam()),
    since: z.optional(z.string()),
    include_all_networks: z.optional(boolParam()),
    third_party_instance_id: z.optional(z.string()),
  }),
);

/** Request of {@link getPublicRooms}. */
export interface GetPublicRoomsRequest {
  query?: GetPublicRoomsQuery | undefined;
}

/**
 * Lists the public rooms of the called server.
 *
 * `GET /_matrix/federation/v1/publicRooms` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1publicrooms}
 */
export const getPublicRooms: Endpoint<GetPublicRoomsRequest, PublicRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "getPublicRooms",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/publicRooms" }] },
  query: GetPublicRoomsQuery,
  response: PublicRoomsResponse,
});
