import { type Endpoint, endpoint, listParam, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { RoomUserPath } from "./room-user-path.ts";
import { RoomVersionErrorBody } from "./room-version-error-body.ts";
import { PduJson } from "../pdu-json.ts";

/** Query parameters of {@link makeJoin}. */
export interface MakeJoinQuery {
  /** The room versions that the caller supports. Default: `1`. */
  ver?: string[] | undefined;
}

/** Checks a {@link MakeJoinQuery}. */
export const MakeJoinQuery: Model<MakeJoinQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<MakeJoinQuery>({ ver: z.optional(listParam(z.string())) }),
);

/** Response of {@link makeJoin}. */
export interface MakeJoinResponse {
  /** The version of the room. */
  room_version?: string | undefined;
  /** The event to complete. */
  event?: PduJson | undefined;
}

/** Checks a {@link MakeJoinResponse}. */
export const MakeJoinResponse: Model<MakeJoinResponse> = /* @__PURE__ */ model(() =>
  obj<MakeJoinResponse>({ room_version: z.optional(z.string()), event: z.optional(PduJson.schema) }),
);

/** Request of {@link makeJoin}. */
export interface MakeJoinRequest {
  path: RoomUserPath;
  query?: MakeJoinQuery | undefined;
}

/**
 * Asks a server in the room for a join event to complete and sign.
 *
 * `GET /_matrix/federation/v1/make_join/{roomId}/{userId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1make_joinroomiduserid}
 */
export const makeJoin: Endpoint<MakeJoinRequest, MakeJoinResponse> = /* @__PURE__ */ endpoint({
  id: "makeJoin",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/make_join/{roomId}/{userId}" }] },
  errors: { 400: { errcodes: ["M_UNABLE_TO_AUTHORISE_JOIN", "M_UNABLE_TO_GRANT_JOIN"], body: RoomVersionErrorBody }, 403: {}, 404: {} },
  path: RoomUserPath,
  query: MakeJoinQuery,
  response: MakeJoinResponse,
});
