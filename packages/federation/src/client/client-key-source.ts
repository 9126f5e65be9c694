import { bulkPerspectivesKeyQuery, getServerKey } from "@patrix/federation-api";
import type { KeySource } from "../keys/key-source.ts";
import type { FederationClient, FederationRequestOptions } from "./federation-client.ts";

const ONE_SERVER: FederationRequestOptions = { timeoutMs: 20_000, maxResponseSizeBytes: 128 * 1024, ignoreBackoff: true };
const MANY_SERVERS: FederationRequestOptions = { timeoutMs: 30_000, maxResponseSizeBytes: 4 * 1024 * 1024, ignoreBackoff: true };

/**
 * Gets keys by a {@link FederationClient}: 128 KiB and 20 seconds for a server's own, 4 MiB and 30 seconds for a notary's answer.
 * Destinations that failed are asked all the same, since keys are wanted when such a server is heard from; the ring has its own limits.
 */
export function clientKeySource(client: FederationClient): KeySource {
  return {
    fetchServerKeys: (server) => client.request(server, getServerKey, {}, ONE_SERVER),
    queryNotary: async (notary, body) => (await client.request(notary, bulkPerspectivesKeyQuery, { body }, MANY_SERVERS)).server_keys ?? [],
  };
}
