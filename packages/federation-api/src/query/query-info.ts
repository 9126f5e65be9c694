import { AnyJsonObject, type Endpoint, endpoint, type JsonObject, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Path variables of {@link queryInfo}. */
export interface QueryInfoPath {
  queryType: string;
}

/** Checks a {@link QueryInfoPath}. */
export const QueryInfoPath: Model<QueryInfoPath> = /* @__PURE__ */ paramsModel(() => obj<QueryInfoPath>({ queryType: z.string() }));

/** Request of {@link queryInfo}. */
export interface QueryInfoRequest {
  path: QueryInfoPath;
}

/**
 * Asks a server for information of some kind; the kinds in use have endpoints of their own.
 *
 * `GET /_matrix/federation/v1/query/{queryType}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryquerytype}
 */
export const queryInfo: Endpoint<QueryInfoRequest, JsonObject> = /* @__PURE__ */ endpoint({
  id: "queryInfo",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/query/{queryType}" }] },
  path: QueryInfoPath,
  response: AnyJsonObject,
});
