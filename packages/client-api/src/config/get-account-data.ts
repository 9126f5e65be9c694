import { AnyJsonObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { AccountDataPath } from "./account-data-path.ts";

/** Request of {@link getAccountData}. */
export interface GetAccountDataRequest {
  path: AccountDataPath;
}

/**
 * Reads one piece of a user's account data.
 *
 * `GET /_matrix/client/v3/user/{userId}/account_data/{type}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridaccount_datatype}
 */
export const getAccountData: Endpoint<GetAccountDataRequest, JsonObject> = /* @__PURE__ */ endpoint({
  id: "getAccountData",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/account_data/{type}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/account_data/{type}" },
    ],
  },
  errors: { 403: { errcodes: ["M_FORBIDDEN"] }, 404: { errcodes: ["M_NOT_FOUND"] } },
  path: AccountDataPath,
  response: AnyJsonObject,
});
