import { type Endpoint, endpoint, type JsonObject, jsonObject, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { EventId, RoomAlias, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Counts of what is unread; those that are left out are zero. */
export interface NotificationCounts {
  /** Unread rooms. Default: 0. */
  unread?: number | undefined;
  /** Missed calls. Default: 0. */
  missed_calls?: number | undefined;
}

/** The `data` of the pusher, without `url`. */
export interface NotificationDeviceData {
  /** `event_id_only` to send as little as possible. */
  format?: string | undefined;
}

/** A device to notify. */
export interface NotificationDevice {
  /** Names the application, in reverse domain style. */
  app_id: string;
  /** Where the push gateway sends notifications; unique for `app_id`. */
  pushkey: string;
  /** When the key was last updated, in seconds since the Unix epoch. */
  pushkey_ts?: number | undefined;
  data?: NotificationDeviceData | undefined;
  /** How to present it, such as `sound` and `highlight`. */
  tweaks?: JsonObject | undefined;
}

/** An event, or counts, to notify devices of. */
export interface Notification {
  /** Absent if only counts changed. */
  event_id?: EventId | undefined;
  room_id?: RoomId | undefined;
  /** Type of the event. */
  type?: string | undefined;
  sender?: UserId | undefined;
  /** Name of the sender in the room. */
  sender_display_name?: string | undefined;
  room_name?: string | undefined;
  room_alias?: RoomAlias | undefined;
  /** Whether the event is a membership event of the notified user. */
  user_is_target?: boolean | undefined;
  /** Default: `high`. */
  prio?: OpenEnum<"high" | "low"> | undefined;
  /** Absent for encrypted or `event_id_only` pushers. */
  content?: JsonObject | undefined;
  /** What is unread, for badges. */
  counts?: NotificationCounts | undefined;
  devices: NotificationDevice[];
}

/** Body of {@link notify}. */
export interface NotifyBody {
  notification: Notification;
}

/** Checks a {@link NotifyBody}. */
export const NotifyBody: Model<NotifyBody> = /* @__PURE__ */ model(() =>
  obj<NotifyBody>({
    notification: obj<Notification>({
      event_id: z.optional(EventId),
      room_id: z.optional(RoomId),
      type: z.optional(z.string()),
      sender: z.optional(UserId),
      sender_display_name: z.optional(z.string()),
      room_name: z.optional(z.string()),
      room_alias: z.optional(RoomAlias),
      user_is_target: z.optional(z.boolean()),
      prio: z.optional(openEnum(["high", "low"])),
      content: z.optional(jsonObject()),
      counts: z.optional(obj<NotificationCounts>({ unread: z.optional(z.int()), missed_calls: z.optional(z.int()) })),
      devices: z.array(
        obj<NotificationDevice>({
          app_id: z.string(),
          pushkey: z.string(),
          pushkey_ts: z.optional(z.int()),
          data: z.optional(obj<NotificationDeviceData>({ format: z.optional(z.string()) })),
          tweaks: z.optional(jsonObject()),
        }),
      ),
    }),
  }),
);

/** Response of {@link notify}. */
export interface NotifyResponse {
  /** Keys that are not valid any more; their pushers are to be removed. */
  rejected: string[];
}

/** Checks a {@link NotifyResponse}. */
export const NotifyResponse: Model<NotifyResponse> = /* @__PURE__ */ model(() => obj<NotifyResponse>({ rejected: z.array(z.string()) }));

/** Request of {@link notify}. */
export interface NotifyRequest {
  body: NotifyBody;
}

/**
 * Passes a notification on to the provider of the device's platform.
 *
 * `POST /_matrix/push/v1/notify` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify}
 */
export const notify: Endpoint<NotifyRequest, NotifyResponse> = /* @__PURE__ */ endpoint({
  id: "notify",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/push/v1/notify" }] },
  body: NotifyBody,
  response: NotifyResponse,
});
