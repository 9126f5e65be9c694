import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { PublicRoomsFilter, PublicRoomsResponse } from "@patrix/client-api";
import * as z from "zod/mini";

/** Body of {@link queryPublicRooms}. */
export interface QueryPublicRoomsBody {
  /** Greatest number of results. */
  limit?: number | undefined;
  /** Token of the page. */
  since?: string | undefined;
  filter?: PublicRoomsFilter | undefined;
  /** Whether to include rooms of all networks. Default: `false`. */
  include_all_networks?: boolean | undefined;
  /** The network to list, by instance ID. */
  third_party_instance_id?: string | undefined;
}

/** Checks a {@link QueryPublicRoomsBody}. */
export const QueryPublicRoomsBody: Model<QueryPublicRoomsBody> = /* @__PURE__ */ model(() =>
  obj<QueryPublicRoomsBody>({
    limit: z.optional(z.int()),
    since: z.optional(z.string()),
    filter: z.optional(PublicRoomsFilter.schema),
    include_all_networks: z.optional(z.boolean()),
    third_party_instance_id: z.optional(z.string()),
  }),
);

/** Request of {@link queryPublicRooms}. */
export interface QueryPublicRoomsRequest {
  body?: QueryPublicRoomsBody | undefined;
}

/**
 * Searches the public rooms of the called server.
 *
 * `POST /_matrix/federation/v1/publicRooms` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1publicrooms}
 */
export const queryPublicRooms: Endpoint<QueryPublicRoomsRequest, PublicRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "queryPublicRooms",
  method: "POST",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/publicRooms" }] },
  body: QueryPublicRoomsBody,
  response: PublicRoomsResponse,
});
