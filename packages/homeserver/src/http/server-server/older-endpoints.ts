import { endpoint, type Endpoint, type JsonObject, type Model, model, obj, paramsModel } from "@patrix/api";
import { PduJson } from "@patrix/federation-api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** The room and the event of a request. */
interface OlderPath {
  roomId: RoomId;
  eventId: EventId;
}
const OlderPath: Model<OlderPath> = /* @__PURE__ */ paramsModel(() => obj<OlderPath>({ roomId: RoomId, eventId: EventId }));

/** Request of {@link sendJoinV1} and {@link sendLeaveV1}. */
export interface OlderRequest {
  path: OlderPath;
  body: JsonObject;
}

/** The status and the body: how the first versions of some endpoints answer. */
export type StatusAndBody = (number | JsonObject)[];
const StatusAndBody: Model<StatusAndBody> = /* @__PURE__ */ model(() => z.array(z.union([z.int(), PduJson.schema])));

/** Takes in a join by the first version of the endpoint, which servers still fall back to. */
export const sendJoinV1: Endpoint<OlderRequest, StatusAndBody> = /* @__PURE__ */ older("sendJoinV1", "send_join");
/** Takes in a leave by the first version of the endpoint, which servers still fall back to. */
export const sendLeaveV1: Endpoint<OlderRequest, StatusAndBody> = /* @__PURE__ */ older("sendLeaveV1", "send_leave");

function older(id: string, name: string): Endpoint<OlderRequest, StatusAndBody> {
  return endpoint({
    id,
    method: "PUT",
    auth: "signedRequest",
    rateLimited: false,
    history: { stable: [{ since: "r0.1.0", path: `/_matrix/federation/v1/${name}/{roomId}/{eventId}` }] },
    path: OlderPath,
    body: PduJson,
    response: StatusAndBody,
  });
}
