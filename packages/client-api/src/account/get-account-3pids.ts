import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { ThreepidMedium } from "./threepid-medium.ts";

/** A third-party address of the account. */
export interface AccountThreepid {
  medium: ThreepidMedium;
  address: string;
  /** Milliseconds since the Unix epoch. */
  validated_at: number;
  /** Milliseconds since the Unix epoch. */
  added_at: number;
}

/** Response of {@link getAccount3PIDs}. */
export interface GetAccount3PIDsResponse {
  threepids?: AccountThreepid[] | undefined;
}

/** Checks a {@link GetAccount3PIDsResponse}. */
export const GetAccount3PIDsResponse: Model<GetAccount3PIDsResponse> = /* @__PURE__ */ model(() =>
  obj<GetAccount3PIDsResponse>({
    threepids: z.optional(
      independent(z.array(obj<AccountThreepid>({ medium: ThreepidMedium, address: z.string(), validated_at: z.int(), added_at: z.int() }))),
    ),
  }),
);

/**
 * Lists the third-party addresses that belong to the account.
 *
 * `GET /_matrix/client/v3/account/3pid` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3account3pid}
 */
export const getAccount3PIDs: Endpoint<EmptyObject, GetAccount3PIDsResponse> = /* @__PURE__ */ endpoint({
  id: "getAccount3PIDs",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid" },
    ],
  },
  response: GetAccount3PIDsResponse,
});
