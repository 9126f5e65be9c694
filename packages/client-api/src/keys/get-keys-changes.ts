import { type Endpoint, endpoint, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";
import { DeviceLists } from "./device-lists.ts";

/** Query parameters of {@link getKeysChanges}. */
export interface GetKeysChangesQuery {
  /** Sync token. */
  from: string;
  /** Sync token. */
  to: string;
}

/** Checks a {@link GetKeysChangesQuery}. */
export const GetKeysChangesQuery: Model<GetKeysChangesQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<GetKeysChangesQuery>({ from: z.string(), to: z.string() }),
);

/** Request of {@link getKeysChanges}. */
export interface GetKeysChangesRequest {
  query: GetKeysChangesQuery;
}

/**
 * Lists the users whose devices changed between two sync tokens.
 *
 * `GET /_matrix/client/v3/keys/changes` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3keyschanges}
 */
export const getKeysChanges: Endpoint<GetKeysChangesRequest, DeviceLists> = /* @__PURE__ */ endpoint({
  id: "getKeysChanges",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/keys/changes" },
      { since: "v1.1", path: "/_matrix/client/v3/keys/changes" },
    ],
  },
  query: GetKeysChangesQuery,
  response: DeviceLists,
});
