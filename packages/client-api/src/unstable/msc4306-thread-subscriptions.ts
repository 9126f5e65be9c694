import { EmptyObject, type Endpoint, endpoint, type Model, model, obj, paramsModel } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of a thread subscription. */
export interface ThreadSubscriptionPath {
  roomId: RoomId;
  threadRoot: EventId;
}
/** Checks a {@link ThreadSubscriptionPath}. */
export const ThreadSubscriptionPath: Model<ThreadSubscriptionPath> = /* @__PURE__ */ paramsModel(() =>
  obj<ThreadSubscriptionPath>({ roomId: RoomId, threadRoot: EventId }),
);

/** A subscription to a thread. */
export interface ThreadSubscription {
  /** Whether a client subscribed of itself. */
  automatic: boolean;
}
/** Checks a {@link ThreadSubscription}. */
export const ThreadSubscription: Model<ThreadSubscription> = /* @__PURE__ */ model(() =>
  obj<ThreadSubscription>({ automatic: z.boolean() }),
);

/** Body of {@link subscribeThread}. */
export interface SubscribeThreadBody {
  /** The event that made a client subscribe of itself; absent if the user did. */
  automatic?: EventId | undefined;
}
/** Checks a {@link SubscribeThreadBody}. */
export const SubscribeThreadBody: Model<SubscribeThreadBody> = /* @__PURE__ */ model(() =>
  obj<SubscribeThreadBody>({ automatic: z.optional(EventId) }),
);

/** Request of {@link getThreadSubscription}. */
export interface GetThreadSubscriptionRequest {
  path: ThreadSubscriptionPath;
}

/**
 * Tells whether the user has subscribed to a thread.
 *
 * `GET /_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{threadRoot}/subscription` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4306}
 */
export const getThreadSubscription: Endpoint<GetThreadSubscriptionRequest, ThreadSubscription> = /* @__PURE__ */ endpoint({
  id: "getThreadSubscription",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      {
        path: "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{threadRoot}/subscription",
        feature: "org.matrix.msc4306",
      },
    ],
  },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: ThreadSubscriptionPath,
  response: ThreadSubscription,
});

/** Request of {@link subscribeThread}. */
export interface SubscribeThreadRequest {
  path: ThreadSubscriptionPath;
  body?: SubscribeThreadBody | undefined;
}

/**
 * Subscribes to a thread.
 *
 * `PUT /_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{threadRoot}/subscription` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4306}
 */
export const subscribeThread: Endpoint<SubscribeThreadRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "subscribeThread",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      {
        path: "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{threadRoot}/subscription",
        feature: "org.matrix.msc4306",
      },
    ],
  },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] }, 409: { errcodes: ["IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION"] } },
  path: ThreadSubscriptionPath,
  body: SubscribeThreadBody,
  response: EmptyObject,
});

/** Request of {@link unsubscribeThread}. */
export interface UnsubscribeThreadRequest {
  path: ThreadSubscriptionPath;
}

/**
 * Unsubscribes from a thread.
 *
 * `DELETE /_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{threadRoot}/subscription` · access token · rate limited
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4306}
 */
export const unsubscribeThread: Endpoint<UnsubscribeThreadRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "unsubscribeThread",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      {
        path: "/_matrix/client/unstable/io.element.msc4306/rooms/{roomId}/thread/{threadRoot}/subscription",
        feature: "org.matrix.msc4306",
      },
    ],
  },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  path: ThreadSubscriptionPath,
  response: EmptyObject,
});
