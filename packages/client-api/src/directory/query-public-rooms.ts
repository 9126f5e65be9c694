import { type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PublicRoomsFilter } from "./public-rooms-filter.ts";
import { PublicRoomsResponse } from "./public-rooms-response.ts";

/** Query parameters of {@link queryPublicRooms}. */
export interface QueryPublicRoomsQuery {
  /** The server to ask; the homeserver itself if absent. */
  server?: ServerName | undefined;
}

/** Checks a {@link QueryPublicRoomsQuery}. */
export const QueryPublicRoomsQuery: Model<QueryPublicRoomsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryPublicRoomsQuery>({ server: z.optional(ServerName) }),
);

/** Body of a search of public rooms. */
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
  query?: QueryPublicRoomsQuery | undefined;
  body?: QueryPublicRoomsBody | undefined;
}

/**
 * Searches the public rooms of a server.
 *
 * `POST /_matrix/client/v3/publicRooms` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3publicrooms}
 */
export const queryPublicRooms: Endpoint<QueryPublicRoomsRequest, PublicRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "queryPublicRooms",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/publicRooms" },
      { since: "v1.1", path: "/_matrix/client/v3/publicRooms" },
    ],
  },
  query: QueryPublicRoomsQuery,
  body: QueryPublicRoomsBody,
  response: PublicRoomsResponse,
});
