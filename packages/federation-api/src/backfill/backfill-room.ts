import { type Endpoint, endpoint, intParam, listParam, type Model, obj, paramsModel } from "@patrix/api";
import { EventId } from "@patrix/identifiers";
import { PduTransaction } from "../event/pdu-transaction.ts";
import { RoomPath } from "../event/room-path.ts";

/** Query parameters of {@link backfillRoom}. */
export interface BackfillRoomQuery {
  /** The events to go back from. */
  v: EventId[];
  /** Greatest number of results. */
  limit: number;
}

/** Checks a {@link BackfillRoomQuery}. */
export const BackfillRoomQuery: Model<BackfillRoomQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<BackfillRoomQuery>({ v: listParam(EventId), limit: intParam() }),
);

/** Request of {@link backfillRoom}. */
export interface BackfillRoomRequest {
  path: RoomPath;
  query: BackfillRoomQuery;
}

/**
 * Fetches events that precede known ones.
 *
 * `GET /_matrix/federation/v1/backfill/{roomId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1backfillroomid}
 */
export const backfillRoom: Endpoint<BackfillRoomRequest, PduTransaction> = /* @__PURE__ */ endpoint({
  id: "backfillRoom",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/backfill/{roomId}" }] },
  path: RoomPath,
  query: BackfillRoomQuery,
  response: PduTransaction,
});
