import type { AppserviceRegistration } from "../appservice/appservices.ts";
import type { NetworkPorts } from "../federation/network.ts";
import type { Logger } from "../http/logger.ts";
import type { SyncBound } from "../sync/v3/sync-bound.ts";

/** What parts are opened with, besides the configuration. */
export interface PartsOptions {
  readonly logger: Logger;
  readonly syncBound?: SyncBound | undefined;
  /** By what other servers are reached; the machine's own network if left out. */
  readonly network?: NetworkPorts | undefined;
  /** The application services. */
  readonly registrations?: readonly AppserviceRegistration[];
}
