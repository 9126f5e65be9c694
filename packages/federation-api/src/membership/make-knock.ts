import { type Endpoint, endpoint, listParam, type Model, model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { RoomUserPath } from "./room-user-path.ts";
import { RoomVersionErrorBody } from "./room-version-error-body.ts";
import { PduJson } from "../pdu-json.ts";

/** Query parameters of {@link makeKnock}. */
export interface MakeKnockQuery {
  /** The room versions that the caller supports. */
  ver: string[];
}

/** Checks a {@link MakeKnockQuery}. */
export const MakeKnockQuery: Model<MakeKnockQuery> = /* @__PURE__ */ paramsModel(() => obj<MakeKnockQuery>({ ver: listParam(z.string()) }));

/** Response of {@link makeKnock}. */
export interface MakeKnockResponse {
  /** The version of the room. */
  room_version: string;
  /** The event to complete. */
  event: PduJson;
}

/** Checks a {@link MakeKnockResponse}. */
export const MakeKnockResponse: Model<MakeKnockResponse> = /* @__PURE__ */ model(() =>
  obj<MakeKnockResponse>({ room_version: z.string(), event: PduJson.schema }),
);

/** Request of {@link makeKnock}. */
export interface MakeKnockRequest {
  path: RoomUserPath;
  query: MakeKnockQuery;
}

/**
 * Asks a server in the room for a knock event to complete and sign.
 *
 * `GET /_matrix/federation/v1/make_knock/{roomId}/{userId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1make_knockroomiduserid}
 */
export const makeKnock: Endpoint<MakeKnockRequest, MakeKnockResponse> = /* @__PURE__ */ endpoint({
  id: "makeKnock",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/make_knock/{roomId}/{userId}" }] },
  errors: { 400: { body: RoomVersionErrorBody }, 403: {}, 404: {} },
  path: RoomUserPath,
  query: MakeKnockQuery,
  response: MakeKnockResponse,
});
