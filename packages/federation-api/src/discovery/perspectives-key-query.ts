import { type Endpoint, endpoint, intParam, type Model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { NotaryServerKeysResponse } from "./notary-server-keys-response.ts";

/** Path variables of {@link perspectivesKeyQuery}. */
export interface PerspectivesKeyQueryPath {
  serverName: ServerName;
}

/** Checks a {@link PerspectivesKeyQueryPath}. */
export const PerspectivesKeyQueryPath: Model<PerspectivesKeyQueryPath> = /* @__PURE__ */ paramsModel(() =>
  obj<PerspectivesKeyQueryPath>({ serverName: ServerName }),
);

/** Query parameters of {@link perspectivesKeyQuery}. */
export interface PerspectivesKeyQueryQuery {
  /** How long the keys should be valid at least, in milliseconds since the Unix epoch. */
  minimum_valid_until_ts?: number | undefined;
}

/** Checks a {@link PerspectivesKeyQueryQuery}. */
export const PerspectivesKeyQueryQuery: Model<PerspectivesKeyQueryQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<PerspectivesKeyQueryQuery>({ minimum_valid_until_ts: z.optional(intParam()) }),
);

/** Request of {@link perspectivesKeyQuery}. */
export interface PerspectivesKeyQueryRequest {
  path: PerspectivesKeyQueryPath;
  query?: PerspectivesKeyQueryQuery | undefined;
}

/**
 * Asks a notary server for the signing keys of another server.
 *
 * `GET /_matrix/key/v2/query/{serverName}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2queryservername}
 */
export const perspectivesKeyQuery: Endpoint<PerspectivesKeyQueryRequest, NotaryServerKeysResponse> = /* @__PURE__ */ endpoint({
  id: "perspectivesKeyQuery",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/key/v2/query/{serverName}" }] },
  path: PerspectivesKeyQueryPath,
  query: PerspectivesKeyQueryQuery,
  response: NotaryServerKeysResponse,
});
