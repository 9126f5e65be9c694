import { isFederationError } from "../errors.ts";
import type { HttpsConnector, HttpsRequest, HttpsResponse } from "../ports/https.ts";
import type { ServerTarget } from "./resolved-server.ts";

/** Most addresses that are tried for one request. */
const MAX_TRIES = 4;

/**
 * Sends a request to the first address that takes the connection. Only a failure to connect leads to the next one, so nothing is sent twice.
 *
 * @throws {@link FederationError} as the connector; that of the last address tried.
 */
export async function sendToFirst(
  https: HttpsConnector,
  targets: readonly ServerTarget[],
  request: Omit<HttpsRequest, "address" | "port">,
): Promise<HttpsResponse> {
  const places = targets.flatMap(({ addresses, port }) => addresses.map((address) => ({ address, port }))).slice(0, MAX_TRIES);
  let failure: unknown;
  for (const place of places) {
    try {
      return await https.send({ ...request, ...place });
    } catch (error) {
      if (!isFederationError(error, "CONNECTION_FAILED")) throw error;
      failure = error;
    }
    request.signal.throwIfAborted();
  }
  throw failure;
}
