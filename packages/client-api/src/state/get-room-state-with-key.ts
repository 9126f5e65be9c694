import {
  AnyJsonObject,
  type Endpoint,
  endpoint,
  type JsonObject,
  type Model,
  obj,
  type OpenEnum,
  openEnum,
  paramsModel,
} from "@patrix/api";
import * as z from "zod/mini";
import { StateEventPath } from "./state-event-path.ts";

/** Query parameters of {@link getRoomStateWithKey}. */
export interface GetRoomStateWithKeyQuery {
  /** Default: `content`. */
  format?: OpenEnum<"content" | "event"> | undefined;
}

/** Checks a {@link GetRoomStateWithKeyQuery}. */
export const GetRoomStateWithKeyQuery: Model<GetRoomStateWithKeyQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetRoomStateWithKeyQuery>({ format: z.optional(openEnum(["content", "event"])) }),
);

/** Request of {@link getRoomStateWithKey}. */
export interface GetRoomStateWithKeyRequest {
  path: StateEventPath;
  query?: GetRoomStateWithKeyQuery | undefined;
}

/**
 * Reads the state of a room for a type and a state key.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey}
 */
export const getRoomStateWithKey: Endpoint<GetRoomStateWithKeyRequest, JsonObject> = /* @__PURE__ */ endpoint({
  id: "getRoomStateWithKey",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/state/{eventType}/{stateKey}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}" },
    ],
  },
  errors: { 403: {}, 404: {} },
  path: StateEventPath,
  query: GetRoomStateWithKeyQuery,
  response: AnyJsonObject,
});
