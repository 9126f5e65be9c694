import {
  EmptyObject,
  type Endpoint,
  endpoint,
  type JsonObject,
  jsonObject,
  type Model,
  model,
  obj,
  paramsModel,
  record,
} from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of {@link sendToDevice}. */
export interface SendToDevicePath {
  eventType: string;
  /** Unique for the session; the same one repeats the answer instead of the action. */
  txnId: string;
}

/** Checks a {@link SendToDevicePath}. */
export const SendToDevicePath: Model<SendToDevicePath> = /* @__PURE__ */ paramsModel(() =>
  obj<SendToDevicePath>({ eventType: z.string(), txnId: z.string() }),
);

/** Body of {@link sendToDevice}. */
export interface SendToDeviceBody {
  /** Content by user and device; `*` stands for all devices. */
  messages: Record<UserId, Record<string, JsonObject>>;
}

/** Checks a {@link SendToDeviceBody}. */
export const SendToDeviceBody: Model<SendToDeviceBody> = /* @__PURE__ */ model(() =>
  obj<SendToDeviceBody>({ messages: record(UserId, record(z.string(), jsonObject())) }),
);

/** Request of {@link sendToDevice}. */
export interface SendToDeviceRequest {
  path: SendToDevicePath;
  body: SendToDeviceBody;
}

/**
 * Sends an event to devices, outside of any room.
 *
 * `PUT /_matrix/client/v3/sendToDevice/{eventType}/{txnId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3sendtodeviceeventtypetxnid}
 */
export const sendToDevice: Endpoint<SendToDeviceRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "sendToDevice",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/sendToDevice/{eventType}/{txnId}" },
      { since: "v1.1", path: "/_matrix/client/v3/sendToDevice/{eventType}/{txnId}" },
    ],
  },
  path: SendToDevicePath,
  body: SendToDeviceBody,
  response: EmptyObject,
});
