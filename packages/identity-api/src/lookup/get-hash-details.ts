import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response of {@link getHashDetails}. */
export interface GetHashDetailsResponse {
  /** Appended to what is hashed; changes now and then. */
  lookup_pepper: string;
  /** Hash algorithms, such as `sha256`. */
  algorithms: string[];
}

/** Checks a {@link GetHashDetailsResponse}. */
export const GetHashDetailsResponse: Model<GetHashDetailsResponse> = /* @__PURE__ */ model(() =>
  obj<GetHashDetailsResponse>({ lookup_pepper: z.string(), algorithms: z.array(z.string()) }),
);

/**
 * Tells how addresses are hashed for {@link lookupUsers}.
 *
 * `GET /_matrix/identity/v2/hash_details` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2hash_details}
 */
export const getHashDetails: Endpoint<EmptyObject, GetHashDetailsResponse> = /* @__PURE__ */ endpoint({
  id: "getHashDetails",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/hash_details" }] },
  response: GetHashDetailsResponse,
});
