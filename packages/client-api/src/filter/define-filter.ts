import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { UserPath } from "../account/user-path.ts";
import { FilterDefinition } from "./filter-definition.ts";

/** Response of {@link defineFilter}. */
export interface DefineFilterResponse {
  /** Never begins with `{`, so that it can be told from a filter. */
  filter_id: string;
}

/** Checks a {@link DefineFilterResponse}. */
export const DefineFilterResponse: Model<DefineFilterResponse> = /* @__PURE__ */ model(() =>
  obj<DefineFilterResponse>({ filter_id: z.string() }),
);

/** Request of {@link defineFilter}. */
export interface DefineFilterRequest {
  path: UserPath;
  body?: FilterDefinition | undefined;
}

/**
 * Stores a filter for later use.
 *
 * `POST /_matrix/client/v3/user/{userId}/filter` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter}
 */
export const defineFilter: Endpoint<DefineFilterRequest, DefineFilterResponse> = /* @__PURE__ */ endpoint({
  id: "defineFilter",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/filter" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/filter" },
    ],
  },
  path: UserPath,
  body: FilterDefinition,
  response: DefineFilterResponse,
});
