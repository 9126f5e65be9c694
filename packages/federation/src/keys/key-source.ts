import type { BulkPerspectivesKeyQueryBody } from "@patrix/federation-api";

/** Where a {@link KeyRing} gets keys from, as a port. Responses are given as they came: the ring checks them. */
export interface KeySource {
  /** Asks a server for its own keys. @throws Whatever went wrong. */
  fetchServerKeys(server: string): Promise<unknown>;
  /** Asks a notary; gives the items of `server_keys`. @throws Whatever went wrong. */
  queryNotary(notary: string, query: BulkPerspectivesKeyQueryBody): Promise<readonly unknown[]>;
}
