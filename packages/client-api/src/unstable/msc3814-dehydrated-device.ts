import {
  type EmptyObject,
  endpoint,
  type Endpoint,
  independent,
  type JsonObject,
  jsonObject,
  model,
  type Model,
  obj,
  record,
} from "@patrix/api";
import { DeviceKeys, ToDeviceEvent } from "@patrix/events";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { DevicePath } from "../device/device-path.ts";
import { SignedKey } from "../keys/signed-key.ts";

/** A device that the user's other devices can bring to life. */
export interface DehydratedDevice {
  device_id: DeviceId;
  /** The encrypted device; its form depends on `algorithm` in it. */
  device_data: JsonObject;
}
/** Checks a {@link DehydratedDevice}. */
export const DehydratedDevice: Model<DehydratedDevice> = /* @__PURE__ */ model(() =>
  obj<DehydratedDevice>({ device_id: DeviceId, device_data: jsonObject() }),
);

/** Body of {@link putDehydratedDevice}. */
export interface PutDehydratedDeviceBody {
  device_id: DeviceId;
  initial_device_display_name?: string | undefined;
  /** The encrypted device; its form depends on `algorithm` in it. */
  device_data: JsonObject;
  device_keys: DeviceKeys;
  /** By key ID. */
  one_time_keys?: Record<string, string | SignedKey> | undefined;
  /** By key ID. */
  fallback_keys?: Record<string, string | SignedKey> | undefined;
}
/** Checks a {@link PutDehydratedDeviceBody}. */
export const PutDehydratedDeviceBody: Model<PutDehydratedDeviceBody> = /* @__PURE__ */ model(() =>
  obj<PutDehydratedDeviceBody>({
    device_id: DeviceId,
    initial_device_display_name: z.optional(z.string()),
    device_data: jsonObject(),
    device_keys: DeviceKeys.schema,
    one_time_keys: z.optional(record(z.string(), z.union([z.string(), SignedKey.schema]))),
    fallback_keys: z.optional(record(z.string(), z.union([z.string(), SignedKey.schema]))),
  }),
);

/** Response that names a dehydrated device. */
export interface DehydratedDeviceIdResponse {
  device_id: DeviceId;
}
/** Checks a {@link DehydratedDeviceIdResponse}. */
export const DehydratedDeviceIdResponse: Model<DehydratedDeviceIdResponse> = /* @__PURE__ */ model(() =>
  obj<DehydratedDeviceIdResponse>({ device_id: DeviceId }),
);

/** Body of {@link getDehydratedDeviceEvents}. */
export interface GetDehydratedDeviceEventsBody {
  /** Token of the page; those before it may be deleted. */
  next_batch?: string | undefined;
}
/** Checks a {@link GetDehydratedDeviceEventsBody}. */
export const GetDehydratedDeviceEventsBody: Model<GetDehydratedDeviceEventsBody> = /* @__PURE__ */ model(() =>
  obj<GetDehydratedDeviceEventsBody>({ next_batch: z.optional(z.string()) }),
);

/** Response of {@link getDehydratedDeviceEvents}. */
export interface GetDehydratedDeviceEventsResponse {
  events: ToDeviceEvent[];
  /** Token of the next page. */
  next_batch?: string | undefined;
}
/** Checks a {@link GetDehydratedDeviceEventsResponse}. */
export const GetDehydratedDeviceEventsResponse: Model<GetDehydratedDeviceEventsResponse> = /* @__PURE__ */ model(() =>
  obj<GetDehydratedDeviceEventsResponse>({ events: independent(z.array(ToDeviceEvent.schema)), next_batch: z.optional(z.string()) }),
);

/**
 * Reads the dehydrated device of the user.
 *
 * `GET /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export const getDehydratedDevice: Endpoint<EmptyObject, DehydratedDevice> = /* @__PURE__ */ endpoint({
  id: "getDehydratedDevice",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device", feature: "org.matrix.msc3814" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  response: DehydratedDevice,
});

/** Request of {@link putDehydratedDevice}. */
export interface PutDehydratedDeviceRequest {
  body: PutDehydratedDeviceBody;
}

/**
 * Creates a dehydrated device, which replaces the one before.
 *
 * `PUT /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export const putDehydratedDevice: Endpoint<PutDehydratedDeviceRequest, DehydratedDeviceIdResponse> = /* @__PURE__ */ endpoint({
  id: "putDehydratedDevice",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device", feature: "org.matrix.msc3814" }] },
  body: PutDehydratedDeviceBody,
  response: DehydratedDeviceIdResponse,
});

/**
 * Deletes the dehydrated device of the user.
 *
 * `DELETE /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export const deleteDehydratedDevice: Endpoint<EmptyObject, DehydratedDeviceIdResponse> = /* @__PURE__ */ endpoint({
  id: "deleteDehydratedDevice",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device", feature: "org.matrix.msc3814" }] },
  errors: { 404: { errcodes: ["M_NOT_FOUND"] } },
  response: DehydratedDeviceIdResponse,
});

/** Request of {@link getDehydratedDeviceEvents}. */
export interface GetDehydratedDeviceEventsRequest {
  path: DevicePath;
  body?: GetDehydratedDeviceEventsBody | undefined;
}

/**
 * Reads messages that were sent to a dehydrated device.
 *
 * `POST /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export const getDehydratedDeviceEvents: Endpoint<GetDehydratedDeviceEventsRequest, GetDehydratedDeviceEventsResponse> =
  /* @__PURE__ */ endpoint({
    id: "getDehydratedDeviceEvents",
    method: "POST",
    auth: "accessToken",
    rateLimited: false,
    history: {
      unstable: [
        { path: "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events", feature: "org.matrix.msc3814" },
      ],
    },
    path: DevicePath,
    body: GetDehydratedDeviceEventsBody,
    response: GetDehydratedDeviceEventsResponse,
  });

/** Query parameters of {@link listDehydratedDeviceEvents}. */
export interface ListDehydratedDeviceEventsQuery {
  /** Token of the page; those before it may be deleted. */
  from?: string | undefined;
}
/** Checks a {@link ListDehydratedDeviceEventsQuery}. */
export const ListDehydratedDeviceEventsQuery: Model<ListDehydratedDeviceEventsQuery> = /* @__PURE__ */ model(() =>
  obj<ListDehydratedDeviceEventsQuery>({ from: z.optional(z.string()) }),
);

/** Request of {@link listDehydratedDeviceEvents}. */
export interface ListDehydratedDeviceEventsRequest {
  path: DevicePath;
  query?: ListDehydratedDeviceEventsQuery | undefined;
}

/**
 * Reads messages that were sent to a dehydrated device, as matrix-js-sdk does it: the last page has no token.
 *
 * `GET /_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events` · access token
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export const listDehydratedDeviceEvents: Endpoint<ListDehydratedDeviceEventsRequest, GetDehydratedDeviceEventsResponse> =
  /* @__PURE__ */ endpoint({
    id: "listDehydratedDeviceEvents",
    method: "GET",
    auth: "accessToken",
    rateLimited: false,
    history: {
      unstable: [
        { path: "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events", feature: "org.matrix.msc3814" },
      ],
    },
    path: DevicePath,
    query: ListDehydratedDeviceEventsQuery,
    response: GetDehydratedDeviceEventsResponse,
  });
