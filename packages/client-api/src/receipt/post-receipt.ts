import { EmptyObject, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum, paramsModel } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of {@link postReceipt}. */
export interface PostReceiptPath {
  roomId: RoomId;
  receiptType: OpenEnum<"m.read" | "m.read.private" | "m.fully_read">;
  eventId: EventId;
}

/** Checks a {@link PostReceiptPath}. */
export const PostReceiptPath: Model<PostReceiptPath> = /* @__PURE__ */ paramsModel(() =>
  obj<PostReceiptPath>({ roomId: RoomId, receiptType: openEnum(["m.read", "m.read.private", "m.fully_read"]), eventId: EventId }),
);

/** Body of {@link postReceipt}. */
export interface PostReceiptBody {
  /** Thread root, or `main`; the receipt is unthreaded if absent. */
  thread_id?: string | undefined;
}

/** Checks a {@link PostReceiptBody}. */
export const PostReceiptBody: Model<PostReceiptBody> = /* @__PURE__ */ model(() =>
  obj<PostReceiptBody>({ thread_id: z.optional(z.string()) }),
);

/** Request of {@link postReceipt}. */
export interface PostReceiptRequest {
  path: PostReceiptPath;
  body?: PostReceiptBody | undefined;
}

/**
 * Marks an event as read.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid}
 */
export const postReceipt: Endpoint<PostReceiptRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "postReceipt",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/receipt/{receiptType}/{eventId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}" },
    ],
  },
  errors: { 400: {} },
  path: PostReceiptPath,
  body: PostReceiptBody,
  response: EmptyObject,
});
