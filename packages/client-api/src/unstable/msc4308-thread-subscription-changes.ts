import { type Endpoint, endpoint, intParam, type Model, model, obj, paramsModel, record } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A thread that the user has subscribed to. */
export interface ThreadSubscriptionChange {
  /** Whether a client subscribed of itself. */
  automatic?: boolean | undefined;
  /** Greater for later changes of the same thread. */
  bump_stamp: number;
}
/** Checks a {@link ThreadSubscriptionChange}. */
export const ThreadSubscriptionChange: Model<ThreadSubscriptionChange> = /* @__PURE__ */ model(() =>
  obj<ThreadSubscriptionChange>({ automatic: z.optional(z.boolean()), bump_stamp: z.int() }),
);

/** A thread that the user has unsubscribed from. */
export interface ThreadUnsubscription {
  /** Greater for later changes of the same thread. */
  bump_stamp: number;
}
/** Checks a {@link ThreadUnsubscription}. */
export const ThreadUnsubscription: Model<ThreadUnsubscription> = /* @__PURE__ */ model(() =>
  obj<ThreadUnsubscription>({ bump_stamp: z.int() }),
);

/** Query parameters of {@link getThreadSubscriptionChanges}. */
export interface GetThreadSubscriptionChangesQuery {
  /** Always `b`, towards older changes. */
  dir: "b";
  /** Token of the page; the end if absent. */
  from?: string | undefined;
  /** Token of the change to stop at. */
  to?: string | undefined;
  /** Greatest number of changes. Default: 100. */
  limit?: number | undefined;
}
/** Checks a {@link GetThreadSubscriptionChangesQuery}. */
export const GetThreadSubscriptionChangesQuery: Model<GetThreadSubscriptionChangesQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetThreadSubscriptionChangesQuery>({
    dir: z.literal("b"),
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    limit: z.optional(intParam()),
  }),
);

/** Response of {@link getThreadSubscriptionChanges}. */
export interface GetThreadSubscriptionChangesResponse {
  /** By room and thread root. */
  subscribed?: Record<RoomId, Record<EventId, ThreadSubscriptionChange>> | undefined;
  /** By room and thread root. */
  unsubscribed?: Record<RoomId, Record<EventId, ThreadUnsubscription>> | undefined;
  /** Token of the next page; absent at the end. */
  end?: string | undefined;
}
/** Checks a {@link GetThreadSubscriptionChangesResponse}. */
export const GetThreadSubscriptionChangesResponse: Model<GetThreadSubscriptionChangesResponse> = /* @__PURE__ */ model(() =>
  obj<GetThreadSubscriptionChangesResponse>({
    subscribed: z.optional(record(RoomId, record(EventId, ThreadSubscriptionChange.schema))),
    unsubscribed: z.optional(record(RoomId, record(EventId, ThreadUnsubscription.schema))),
    end: z.optional(z.string()),
  }),
);

/** Request of {@link getThreadSubscriptionChanges}. */
export interface GetThreadSubscriptionChangesRequest {
  query: GetThreadSubscriptionChangesQuery;
}

/**
 * Lists changes of thread subscriptions, the newest first.
 *
 * `GET /_matrix/client/unstable/io.element.msc4308/thread_subscriptions` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4308}
 */
export const getThreadSubscriptionChanges: Endpoint<GetThreadSubscriptionChangesRequest, GetThreadSubscriptionChangesResponse> =
  /* @__PURE__ */ endpoint({
    id: "getThreadSubscriptionChanges",
    method: "GET",
    auth: "accessToken",
    rateLimited: true,
    history: { unstable: [{ path: "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions", feature: "org.matrix.msc4308" }] },
    query: GetThreadSubscriptionChangesQuery,
    response: GetThreadSubscriptionChangesResponse,
  });
