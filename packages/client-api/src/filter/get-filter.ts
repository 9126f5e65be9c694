import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { FilterDefinition } from "./filter-definition.ts";

/** Path variables of {@link getFilter}. */
export interface GetFilterPath {
  userId: UserId;
  filterId: string;
}

/** Checks a {@link GetFilterPath}. */
export const GetFilterPath: Model<GetFilterPath> = /* @__PURE__ */ paramsModel(() =>
  obj<GetFilterPath>({ userId: UserId, filterId: z.string() }),
);

/** Request of {@link getFilter}. */
export interface GetFilterRequest {
  path: GetFilterPath;
}

/**
 * Reads a stored filter.
 *
 * `GET /_matrix/client/v3/user/{userId}/filter/{filterId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridfilterfilterid}
 */
export const getFilter: Endpoint<GetFilterRequest, FilterDefinition> = /* @__PURE__ */ endpoint({
  id: "getFilter",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user/{userId}/filter/{filterId}" },
      { since: "v1.1", path: "/_matrix/client/v3/user/{userId}/filter/{filterId}" },
    ],
  },
  errors: { 404: {} },
  path: GetFilterPath,
  response: FilterDefinition,
});
