import {
  endpoint,
  type Endpoint,
  independent,
  intParam,
  type JsonObject,
  jsonObject,
  model,
  type Model,
  obj,
  type OpenEnum,
  openEnum,
  paramsModel,
} from "@patrix/api";
import { ClientEventWithoutRoomId } from "@patrix/events";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link getNotifications}. */
export interface GetNotificationsQuery {
  /** `next_token` of the page before. */
  from?: string | undefined;
  /** Greatest number of results. */
  limit?: number | undefined;
  /** `highlight` for highlighted events only. */
  only?: OpenEnum<"highlight"> | undefined;
}

/** Checks a {@link GetNotificationsQuery}. */
export const GetNotificationsQuery: Model<GetNotificationsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetNotificationsQuery>({ from: z.optional(z.string()), limit: z.optional(intParam()), only: z.optional(openEnum(["highlight"])) }),
);

/** An event that the user was notified of. */
export interface Notification {
  /** What the push rules did. */
  actions: (JsonObject | string)[];
  event: ClientEventWithoutRoomId;
  /** Tag of the push rules of a device. */
  profile_tag?: string | undefined;
  /** Whether the user has read it. */
  read: boolean;
  room_id: RoomId;
  /** When the user was notified, in milliseconds since the Unix epoch. */
  ts: number;
}

/** Response of {@link getNotifications}. */
export interface GetNotificationsResponse {
  /** Token of the next page; absent at the end. */
  next_token?: string | undefined;
  notifications: Notification[];
}

/** Checks a {@link GetNotificationsResponse}. */
export const GetNotificationsResponse: Model<GetNotificationsResponse> = /* @__PURE__ */ model(() =>
  obj<GetNotificationsResponse>({
    next_token: z.optional(z.string()),
    notifications: independent(
      z.array(
        obj<Notification>({
          actions: z.array(z.union([jsonObject(), z.string()])),
          event: ClientEventWithoutRoomId.schema,
          profile_tag: z.optional(z.string()),
          read: z.boolean(),
          room_id: RoomId,
          ts: z.int(),
        }),
      ),
    ),
  }),
);

/** Request of {@link getNotifications}. */
export interface GetNotificationsRequest {
  query?: GetNotificationsQuery | undefined;
}

/**
 * Lists the events that the user was notified of.
 *
 * `GET /_matrix/client/v3/notifications` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3notifications}
 */
export const getNotifications: Endpoint<GetNotificationsRequest, GetNotificationsResponse> = /* @__PURE__ */ endpoint({
  id: "getNotifications",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/notifications" },
      { since: "v1.1", path: "/_matrix/client/v3/notifications" },
    ],
  },
  query: GetNotificationsQuery,
  response: GetNotificationsResponse,
});
