import type { AddressPolicy } from "../addresses/address-policy.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { Dns } from "../ports/dns.ts";
import type { HttpsConnector } from "../ports/https.ts";

/** What server discovery needs of the world. */
export interface DiscoveryPorts {
  readonly dns: Dns;
  readonly https: HttpsConnector;
  readonly clock: Clock;
  readonly random: Random;
  /** Addresses that may be connected to. */
  readonly mayConnect: AddressPolicy;
}
