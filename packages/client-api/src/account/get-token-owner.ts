import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Response of {@link getTokenOwner}. */
export interface GetTokenOwnerResponse {
  user_id: UserId;
  /** Absent for application services without a device. */
  device_id?: DeviceId | undefined;
  /** Default: `false`. */
  is_guest?: boolean | undefined;
}

/** Checks a {@link GetTokenOwnerResponse}. */
export const GetTokenOwnerResponse: Model<GetTokenOwnerResponse> = /* @__PURE__ */ model(() =>
  obj<GetTokenOwnerResponse>({ user_id: UserId, device_id: z.optional(DeviceId), is_guest: z.optional(z.boolean()) }),
);

/**
 * Tells whose access token this is.
 *
 * `GET /_matrix/client/v3/account/whoami` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami}
 */
export const getTokenOwner: Endpoint<EmptyObject, GetTokenOwnerResponse> = /* @__PURE__ */ endpoint({
  id: "getTokenOwner",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/whoami" },
      { since: "v1.1", path: "/_matrix/client/v3/account/whoami" },
    ],
  },
  errors: { 401: {}, 403: {} },
  response: GetTokenOwnerResponse,
});
