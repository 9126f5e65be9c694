import { AnyJsonObject, EmptyObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { AccountDataPath } from "./account-data-path.ts";

/** Request of {@link setAccountData}. */
export interface SetAccountDataRequest {
  path: AccountDataPath;
  body: JsonObject;
}

/**
 * Replaces one piece of a user's account data.
 *
 * `PUT /_matrix/client/v3/user/{userId}/account_data/{type}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridaccount_datatype}
 */
export const setAccountData: Endpoint<SetAccountDataRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setAccountData",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/account_data/{type}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/account_data/{type}" },
    ],
  },
  errors: { 400: { errcodes: ["M_BAD_JSON", "M_NOT_JSON"] }, 403: { errcodes: ["M_FORBIDDEN"] }, 405: { errcodes: ["M_BAD_JSON"] } },
  path: AccountDataPath,
  body: AnyJsonObject,
  response: EmptyObject,
});
