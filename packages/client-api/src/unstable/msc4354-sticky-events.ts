import {
  AnyJsonObject,
  endpoint,
  type Endpoint,
  independent,
  intParam,
  type JsonObject,
  model,
  type Model,
  obj,
  paramsModel,
  record,
} from "@patrix/api";
import { ClientEventWithoutRoomId } from "@patrix/events";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { SendMessagePath } from "../message/send-message.ts";
import { EventIdResponse } from "../room/event-id-response.ts";
import { StateEventPath } from "../state/state-event-path.ts";

/** Query parameters that make an event sticky. */
export interface StickyQuery {
  /** How long the event is sticky, in milliseconds; at most an hour. */
  "org.matrix.msc4354.sticky_duration_ms": number;
}
/** Checks a {@link StickyQuery}. */
export const StickyQuery: Model<StickyQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<StickyQuery>({ "org.matrix.msc4354.sticky_duration_ms": intParam() }),
);

/** Sticky events of a room. */
export interface StickyEvents {
  events?: ClientEventWithoutRoomId[] | undefined;
}
/** Checks a {@link StickyEvents}. */
export const StickyEvents: Model<StickyEvents> = /* @__PURE__ */ model(() =>
  obj<StickyEvents>({ events: z.optional(independent(z.array(ClientEventWithoutRoomId.schema))) }),
);

/** What a joined room of a sync also has. */
export interface StickyRoom {
  /** Events that are sticky still and not part of the timeline. */
  msc4354_sticky?: StickyEvents | undefined;
}
/** Checks a {@link StickyRoom}. */
export const StickyRoom: Model<StickyRoom> = /* @__PURE__ */ model(() =>
  obj<StickyRoom>({ msc4354_sticky: z.optional(StickyEvents.schema) }),
);

/** The extension `org.matrix.msc4354.sticky_events` of a sliding sync request. */
export interface SlidingSyncStickyConfig {
  /** Default: `false`. */
  enabled?: boolean | undefined;
  /** Greatest number of events. */
  limit?: number | undefined;
  /** `next_batch` of the last answer. */
  since?: string | undefined;
}
/** Checks a {@link SlidingSyncStickyConfig}. */
export const SlidingSyncStickyConfig: Model<SlidingSyncStickyConfig> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncStickyConfig>({ enabled: z.optional(z.boolean()), limit: z.optional(z.int()), since: z.optional(z.string()) }),
);

/** The extension `org.matrix.msc4354.sticky_events` of a sliding sync response. */
export interface SlidingSyncStickyEvents {
  /** Where the next request goes on. */
  next_batch?: string | undefined;
  /** By room. */
  rooms?: Record<RoomId, StickyEvents> | undefined;
}
/** Checks a {@link SlidingSyncStickyEvents}. */
export const SlidingSyncStickyEvents: Model<SlidingSyncStickyEvents> = /* @__PURE__ */ model(() =>
  obj<SlidingSyncStickyEvents>({ next_batch: z.optional(z.string()), rooms: z.optional(record(RoomId, StickyEvents.schema)) }),
);

/** Request of {@link sendStickyMessage}. */
export interface SendStickyMessageRequest {
  path: SendMessagePath;
  query: StickyQuery;
  body: JsonObject;
}

/**
 * Sends a message event that newcomers get as long as it is sticky.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}` · access token
 */
export const sendStickyMessage: Endpoint<SendStickyMessageRequest, EventIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendStickyMessage",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}", feature: "org.matrix.msc4354" }] },
  path: SendMessagePath,
  query: StickyQuery,
  body: AnyJsonObject,
  response: EventIdResponse,
});

/** Request of {@link setStickyState}. */
export interface SetStickyStateRequest {
  path: StateEventPath;
  query: StickyQuery;
  body: JsonObject;
}

/**
 * Sets a state event that is sticky as well.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}` · access token
 */
export const setStickyState: Endpoint<SetStickyStateRequest, EventIdResponse> = /* @__PURE__ */ endpoint({
  id: "setStickyState",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}", feature: "org.matrix.msc4354" }] },
  path: StateEventPath,
  query: StickyQuery,
  body: AnyJsonObject,
  response: EventIdResponse,
});
