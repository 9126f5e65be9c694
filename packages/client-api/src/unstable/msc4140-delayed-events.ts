import {
  AnyJsonObject,
  EmptyObject,
  type Endpoint,
  endpoint,
  intParam,
  type JsonObject,
  jsonObject,
  listParam,
  type Model,
  model,
  obj,
  type OpenEnum,
  openEnum,
  paramsModel,
} from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { SendMessagePath } from "../message/send-message.ts";
import { StateEventPath } from "../state/state-event-path.ts";

/** Query parameters that delay an event. */
export interface DelayQuery {
  /** How long to wait before sending the event, in milliseconds. */
  "org.matrix.msc4140.delay": number;
  /** How long it is sticky from then on, in milliseconds. */
  "org.matrix.msc4354.sticky_duration_ms"?: number | undefined;
}
/** Checks a {@link DelayQuery}. */
export const DelayQuery: Model<DelayQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<DelayQuery>({ "org.matrix.msc4140.delay": intParam(), "org.matrix.msc4354.sticky_duration_ms": z.optional(intParam()) }),
);

/** Query parameters of {@link sendDelayedEvent}. */
export interface StickyDelayQuery {
  /** How long the event is sticky once it is sent, in milliseconds. */
  "org.matrix.msc4354.sticky_duration_ms"?: number | undefined;
}
/** Checks a {@link StickyDelayQuery}. */
export const StickyDelayQuery: Model<StickyDelayQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<StickyDelayQuery>({ "org.matrix.msc4354.sticky_duration_ms": z.optional(intParam()) }),
);

/** Response that names a delayed event. */
export interface DelayIdResponse {
  delay_id: string;
}
/** Checks a {@link DelayIdResponse}. */
export const DelayIdResponse: Model<DelayIdResponse> = /* @__PURE__ */ model(() => obj<DelayIdResponse>({ delay_id: z.string() }));

/** What became of a delayed event; a cancelled one has neither an error nor an event ID. */
export interface DelayedEventOutcome {
  /** Why it could not be sent. */
  error?: JsonObject | undefined;
  event_id?: EventId | undefined;
  /** Milliseconds since the Unix epoch. */
  finalised_ts: number;
}
/** Checks a {@link DelayedEventOutcome}. */
export const DelayedEventOutcome: Model<DelayedEventOutcome> = /* @__PURE__ */ model(() =>
  obj<DelayedEventOutcome>({ error: z.optional(jsonObject()), event_id: z.optional(EventId), finalised_ts: z.int() }),
);

/** An event that is to be sent later. */
export interface DelayedEvent {
  delay_id: string;
  room_id: RoomId;
  type: string;
  state_key?: string | undefined;
  content: JsonObject;
  /** How long the server waits, in milliseconds. */
  delay_ms?: number | undefined;
  /** When the wait began, in milliseconds since the Unix epoch. */
  scheduled_at?: number | undefined;
  /** A former name of `scheduled_at`. */
  delayed_since_ts?: number | undefined;
  /** The name of `delay_ms` in the first version of the proposal. */
  delay?: number | undefined;
  /** The name of `scheduled_at` in the first version of the proposal. */
  running_since?: number | undefined;
  /** When it was sent, cancelled or refused, in milliseconds since the Unix epoch; absent while it waits. */
  finalised_ts?: number | undefined;
  /** The event that it became. */
  event_id?: EventId | undefined;
  /** Why it could not be sent. */
  error?: JsonObject | undefined;
  /** A former form of the three before. */
  finalised?: DelayedEventOutcome | undefined;
}
/** Checks a {@link DelayedEvent}. */
export const DelayedEvent: Model<DelayedEvent> = /* @__PURE__ */ model(() =>
  obj<DelayedEvent>({
    delay_id: z.string(),
    room_id: RoomId,
    type: z.string(),
    state_key: z.optional(z.string()),
    content: jsonObject(),
    delay_ms: z.optional(z.int()),
    scheduled_at: z.optional(z.int()),
    delayed_since_ts: z.optional(z.int()),
    delay: z.optional(z.int()),
    running_since: z.optional(z.int()),
    finalised_ts: z.optional(z.int()),
    event_id: z.optional(EventId),
    error: z.optional(jsonObject()),
    finalised: z.optional(DelayedEventOutcome.schema),
  }),
);

/** A delayed event that waits no more, in the form of the first version of the proposal. */
export interface FinalisedDelayedEvent {
  delayed_event: DelayedEvent;
  outcome: OpenEnum<"send" | "cancel">;
  /** What brought it about. */
  reason: OpenEnum<"error" | "action" | "delay">;
  error?: JsonObject | undefined;
  event_id?: EventId | undefined;
  /** Milliseconds since the Unix epoch. */
  origin_server_ts?: number | undefined;
}
/** Checks a {@link FinalisedDelayedEvent}. */
export const FinalisedDelayedEvent: Model<FinalisedDelayedEvent> = /* @__PURE__ */ model(() =>
  obj<FinalisedDelayedEvent>({
    delayed_event: DelayedEvent.schema,
    outcome: openEnum(["send", "cancel"]),
    reason: openEnum(["error", "action", "delay"]),
    error: z.optional(jsonObject()),
    event_id: z.optional(EventId),
    origin_server_ts: z.optional(z.int()),
  }),
);

/** Query parameters of {@link getDelayedEvents}, from the first version of the proposal. */
export interface GetDelayedEventsQuery {
  /** Which to list; both if absent. */
  status?: OpenEnum<"scheduled" | "finalised"> | undefined;
  /** Lists this one only. */
  delay_id?: string[] | undefined;
}
/** Checks a {@link GetDelayedEventsQuery}. */
export const GetDelayedEventsQuery: Model<GetDelayedEventsQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetDelayedEventsQuery>({ status: z.optional(openEnum(["scheduled", "finalised"])), delay_id: z.optional(listParam(z.string())) }),
);

/** Response of {@link getDelayedEvents}. */
export interface GetDelayedEventsResponse {
  /** Those that wait, the next one first. */
  delayed_events: DelayedEvent[];
  /** The same, by its name in the first version of the proposal. */
  scheduled?: DelayedEvent[] | undefined;
  /** Those that wait no more, in the form of the first version of the proposal. */
  finalised?: FinalisedDelayedEvent[] | undefined;
  next_batch?: string | undefined;
}
/** Checks a {@link GetDelayedEventsResponse}. */
export const GetDelayedEventsResponse: Model<GetDelayedEventsResponse> = /* @__PURE__ */ model(() =>
  obj<GetDelayedEventsResponse>({
    delayed_events: z.array(DelayedEvent.schema),
    scheduled: z.optional(z.array(DelayedEvent.schema)),
    finalised: z.optional(z.array(FinalisedDelayedEvent.schema)),
    next_batch: z.optional(z.string()),
  }),
);
/** Request of {@link getDelayedEvents}. */
export interface GetDelayedEventsRequest {
  query?: GetDelayedEventsQuery | undefined;
}

/** Path variables of a delayed event. */
export interface DelayedEventPath {
  delayId: string;
}
/** Checks a {@link DelayedEventPath}. */
export const DelayedEventPath: Model<DelayedEventPath> = /* @__PURE__ */ paramsModel(() => obj<DelayedEventPath>({ delayId: z.string() }));

/** Path variables of a change to a delayed event. */
export interface DelayedEventActionPath {
  delayId: string;
  action: OpenEnum<"restart" | "send" | "cancel">;
}
/** Checks a {@link DelayedEventActionPath}. */
export const DelayedEventActionPath: Model<DelayedEventActionPath> = /* @__PURE__ */ paramsModel(() =>
  obj<DelayedEventActionPath>({ delayId: z.string(), action: openEnum(["restart", "send", "cancel"]) }),
);

/** Body of {@link updateDelayedEvent}. */
export interface UpdateDelayedEventBody {
  /** What to do with it. */
  action: OpenEnum<"restart" | "send" | "cancel">;
}
/** Checks a {@link UpdateDelayedEventBody}. */
export const UpdateDelayedEventBody: Model<UpdateDelayedEventBody> = /* @__PURE__ */ model(() =>
  obj<UpdateDelayedEventBody>({ action: openEnum(["restart", "send", "cancel"]) }),
);

/** Body of {@link sendDelayedEvent}. */
export interface SendDelayedEventBody {
  /** How long to wait before sending the event, in milliseconds. */
  delay_ms?: number | undefined;
  /** A former name of `delay_ms`. */
  delay?: number | undefined;
  /** Makes it a state event. */
  state_key?: string | undefined;
  content: JsonObject;
}
/** Checks a {@link SendDelayedEventBody}. */
export const SendDelayedEventBody: Model<SendDelayedEventBody> = /* @__PURE__ */ model(() =>
  obj<SendDelayedEventBody>({
    delay_ms: z.optional(z.int()),
    delay: z.optional(z.int()),
    state_key: z.optional(z.string()),
    content: jsonObject(),
  }),
);

/** Request of {@link sendDelayedMessageEvent}. */
export interface SendDelayedMessageEventRequest {
  path: SendMessagePath;
  query: DelayQuery;
  body: JsonObject;
}

/**
 * Sends a message event later; the path is that of {@link sendMessage}, and the parameter makes the difference.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const sendDelayedMessageEvent: Endpoint<SendDelayedMessageEventRequest, DelayIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendDelayedMessageEvent",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}", feature: "org.matrix.msc4140" }] },
  path: SendMessagePath,
  query: DelayQuery,
  body: AnyJsonObject,
  response: DelayIdResponse,
});

/** Request of {@link sendDelayedStateEvent}. */
export interface SendDelayedStateEventRequest {
  path: StateEventPath;
  query: DelayQuery;
  body: JsonObject;
}

/**
 * Sets a piece of state later; the path is that of {@link setRoomStateWithKey}, and the parameter makes the difference.
 *
 * `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const sendDelayedStateEvent: Endpoint<SendDelayedStateEventRequest, DelayIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendDelayedStateEvent",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}", feature: "org.matrix.msc4140" }] },
  path: StateEventPath,
  query: DelayQuery,
  body: AnyJsonObject,
  response: DelayIdResponse,
});

/** Request of {@link sendDelayedEvent}. */
export interface SendDelayedEventRequest {
  path: SendMessagePath;
  query?: StickyDelayQuery | undefined;
  body: SendDelayedEventBody;
}

/**
 * Sends an event later.
 *
 * `PUT /_matrix/client/unstable/org.matrix.msc4140/rooms/{roomId}/delayed_event/{eventType}/{txnId}` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const sendDelayedEvent: Endpoint<SendDelayedEventRequest, DelayIdResponse> = /* @__PURE__ */ endpoint({
  id: "sendDelayedEvent",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      {
        path: "/_matrix/client/unstable/org.matrix.msc4140/rooms/{roomId}/delayed_event/{eventType}/{txnId}",
        feature: "org.matrix.msc4140",
      },
    ],
  },
  path: SendMessagePath,
  query: StickyDelayQuery,
  body: SendDelayedEventBody,
  response: DelayIdResponse,
});

/**
 * Lists the delayed events of the user.
 *
 * `GET /_matrix/client/unstable/org.matrix.msc4140/delayed_events` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const getDelayedEvents: Endpoint<GetDelayedEventsRequest, GetDelayedEventsResponse> = /* @__PURE__ */ endpoint({
  id: "getDelayedEvents",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4140/delayed_events", feature: "org.matrix.msc4140" }] },
  query: GetDelayedEventsQuery,
  response: GetDelayedEventsResponse,
});

/** Request of {@link getDelayedEvent}. */
export interface GetDelayedEventRequest {
  path: DelayedEventPath;
}

/**
 * Reads a delayed event.
 *
 * `GET /_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const getDelayedEvent: Endpoint<GetDelayedEventRequest, DelayedEvent> = /* @__PURE__ */ endpoint({
  id: "getDelayedEvent",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}", feature: "org.matrix.msc4140" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: DelayedEventPath,
  response: DelayedEvent,
});

/** Request of {@link updateDelayedEvent}. */
export interface UpdateDelayedEventRequest {
  path: DelayedEventPath;
  body: UpdateDelayedEventBody;
}

/**
 * Restarts, sends or cancels a delayed event; from the first version of the proposal.
 *
 * `POST /_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const updateDelayedEvent: Endpoint<UpdateDelayedEventRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "updateDelayedEvent",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}", feature: "org.matrix.msc4140" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: DelayedEventPath,
  body: UpdateDelayedEventBody,
  response: EmptyObject,
});

/** Request of {@link updateDelayedEventByAction}. */
export interface UpdateDelayedEventByActionRequest {
  path: DelayedEventActionPath;
}

/**
 * Restarts, sends or cancels a delayed event; its ID is secret and authenticates the caller.
 *
 * `POST /_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}/{action}` · access token optional · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export const updateDelayedEventByAction: Endpoint<UpdateDelayedEventByActionRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "updateDelayedEventByAction",
  method: "POST",
  auth: "accessTokenOptional",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delayId}/{action}", feature: "org.matrix.msc4140" }],
  },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: DelayedEventActionPath,
  response: EmptyObject,
});
