import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { RoomUserPath } from "./room-user-path.ts";
import { PduJson } from "../pdu-json.ts";

/** Response of {@link makeLeave}. */
export interface MakeLeaveResponse {
  /** The version of the room. */
  room_version?: string | undefined;
  /** The event to complete. */
  event?: PduJson | undefined;
}

/** Checks a {@link MakeLeaveResponse}. */
export const MakeLeaveResponse: Model<MakeLeaveResponse> = /* @__PURE__ */ model(() =>
  obj<MakeLeaveResponse>({ room_version: z.optional(z.string()), event: z.optional(PduJson.schema) }),
);

/** Request of {@link makeLeave}. */
export interface MakeLeaveRequest {
  path: RoomUserPath;
}

/**
 * Asks a server in the room for a leave event to complete and sign.
 *
 * `GET /_matrix/federation/v1/make_leave/{roomId}/{userId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1make_leaveroomiduserid}
 */
export const makeLeave: Endpoint<MakeLeaveRequest, MakeLeaveResponse> = /* @__PURE__ */ endpoint({
  id: "makeLeave",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/make_leave/{roomId}/{userId}" }] },
  errors: { 403: {} },
  path: RoomUserPath,
  response: MakeLeaveResponse,
});
