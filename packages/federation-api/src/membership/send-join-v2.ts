import { boolParam, endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomEventPath } from "../event/room-event-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Query parameters of {@link sendJoinV2}. */
export interface SendJoinV2Query {
  /** Whether most membership events may be left out. Default: `false`. */
  omit_members?: boolean | undefined;
}

/** Checks a {@link SendJoinV2Query}. */
export const SendJoinV2Query: Model<SendJoinV2Query> = /* @__PURE__ */ paramsModel(() =>
  obj<SendJoinV2Query>({ omit_members: z.optional(boolParam()) }),
);

/** Response of {@link sendJoinV2}. */
export interface SendJoinV2Response {
  /** Whether membership events were left out. Default: `false`. */
  members_omitted?: boolean | undefined;
  /** The auth events of them all, and their auth events. */
  auth_chain: PduJson[];
  /** State before the join. */
  state: PduJson[];
  /** The join event with further signatures, for restricted joins. */
  event?: PduJson | undefined;
  /** Servers in the room before the join; only with `members_omitted`. */
  servers_in_room?: ServerName[] | undefined;
}

/** Checks a {@link SendJoinV2Response}. */
export const SendJoinV2Response: Model<SendJoinV2Response> = /* @__PURE__ */ model(() =>
  obj<SendJoinV2Response>({
    members_omitted: z.optional(z.boolean()),
    auth_chain: z.array(PduJson.schema),
    state: z.array(PduJson.schema),
    event: z.optional(PduJson.schema),
    servers_in_room: z.optional(independent(z.array(ServerName))),
  }),
);

/** Request of {@link sendJoinV2}. */
export interface SendJoinV2Request {
  path: RoomEventPath;
  query?: SendJoinV2Query | undefined;
  body: PduJson;
}

/**
 * Submits a signed join event, and receives the state of the room.
 *
 * `PUT /_matrix/federation/v2/send_join/{roomId}/{eventId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2send_joinroomideventid}
 */
export const sendJoinV2: Endpoint<SendJoinV2Request, SendJoinV2Response> = /* @__PURE__ */ endpoint({
  id: "sendJoinV2",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v2/send_join/{roomId}/{eventId}" }] },
  errors: { 400: { errcodes: ["M_INVALID_PARAM", "M_MISSING_PARAM", "M_UNABLE_TO_AUTHORISE_JOIN", "M_UNABLE_TO_GRANT_JOIN"] }, 403: {} },
  path: RoomEventPath,
  query: SendJoinV2Query,
  body: PduJson,
  response: SendJoinV2Response,
});
