import { type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { NotaryServerKeysResponse } from "./notary-server-keys-response.ts";

/** What is asked of a key. */
export interface ServerKeyCriteria {
  /** How long the keys should be valid at least, in milliseconds since the Unix epoch. */
  minimum_valid_until_ts?: number | undefined;
}

/** Body of {@link bulkPerspectivesKeyQuery}. */
export interface BulkPerspectivesKeyQueryBody {
  /** By server and key ID; without key IDs all keys are asked for. */
  server_keys: Record<string, Record<string, ServerKeyCriteria>>;
}

/** Checks a {@link BulkPerspectivesKeyQueryBody}. */
export const BulkPerspectivesKeyQueryBody: Model<BulkPerspectivesKeyQueryBody> = /* @__PURE__ */ model(() =>
  obj<BulkPerspectivesKeyQueryBody>({
    server_keys: record(z.string(), record(z.string(), obj<ServerKeyCriteria>({ minimum_valid_until_ts: z.optional(z.int()) }))),
  }),
);

/** Request of {@link bulkPerspectivesKeyQuery}. */
export interface BulkPerspectivesKeyQueryRequest {
  body: BulkPerspectivesKeyQueryBody;
}

/**
 * Asks a notary server for the signing keys of several servers.
 *
 * `POST /_matrix/key/v2/query` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixkeyv2query}
 */
export const bulkPerspectivesKeyQuery: Endpoint<BulkPerspectivesKeyQueryRequest, NotaryServerKeysResponse> = /* @__PURE__ */ endpoint({
  id: "bulkPerspectivesKeyQuery",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/key/v2/query" }] },
  body: BulkPerspectivesKeyQueryBody,
  response: NotaryServerKeysResponse,
});
