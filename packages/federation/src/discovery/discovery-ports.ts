import type { TimerClock } from "@patrix/concurrency";
import type { AddressPolicy } from "../addresses/address-policy.ts";
import type { Dns } from "../ports/dns.ts";
import type { HttpsConnector } from "../ports/https.ts";
import type { Random } from "../ports/random.ts";

/** What server discovery needs of the world. */
export interface DiscoveryPorts {
  readonly dns: Dns;
  readonly https: HttpsConnector;
  readonly clock: TimerClock;
  readonly random: Random;
  /** Addresses that may be connected to. */
  readonly mayConnect: AddressPolicy;
}
