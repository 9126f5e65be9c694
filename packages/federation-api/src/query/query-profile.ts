import { type Endpoint, endpoint, type Model, model, obj, paramsModel, tolerated, unlessType } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Query parameters of {@link queryProfile}. */
export interface QueryProfileQuery {
  user_id: UserId;
  /** The one field that is asked for; all if absent. */
  field?: string | undefined;
}

/** Checks a {@link QueryProfileQuery}. */
export const QueryProfileQuery: Model<QueryProfileQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<QueryProfileQuery>({ user_id: UserId, field: z.optional(z.string()) }),
);

/** Response of {@link queryProfile}. */
export interface QueryProfileResponse {
  /** `null` where the user has none. */
  displayname?: string | null | undefined;
  /** Content URI of the avatar; `null` where the user has none. */
  avatar_url?: string | null | undefined;
  /** Time zone, by its IANA name; `null` where the user has none. */
  "m.tz"?: string | null | undefined;
}

/** Checks a {@link QueryProfileResponse}. */
export const QueryProfileResponse: Model<QueryProfileResponse> = /* @__PURE__ */ model(() =>
  obj<QueryProfileResponse>({
    displayname: z.optional(z.nullable(z.string())),
    avatar_url: z.optional(z.nullable(z.string())),
    "m.tz": tolerated(z.optional(z.nullable(z.string())), "no-text", unlessType("string")),
  }),
);

/** Request of {@link queryProfile}. */
export interface QueryProfileRequest {
  query: QueryProfileQuery;
}

/**
 * Reads the profile of a user of the called server.
 *
 * `GET /_matrix/federation/v1/query/profile` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryprofile}
 */
export const queryProfile: Endpoint<QueryProfileRequest, QueryProfileResponse> = /* @__PURE__ */ endpoint({
  id: "queryProfile",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/query/profile" }] },
  errors: { 403: {}, 404: {} },
  query: QueryProfileQuery,
  response: QueryProfileResponse,
});
