import { isIpAddress } from "../addresses/address-policy.ts";
import { FederationError } from "../errors.ts";
import type { DiscoveryPorts } from "./discovery-ports.ts";

/** Most addresses of one host that are kept. */
const MAX_ADDRESSES = 8;

/**
 * The addresses of a host that may be connected to. A host that is an address is checked as well.
 *
 * @throws {@link FederationError} `SERVER_NOT_FOUND` where there are none, `ADDRESS_NOT_ALLOWED` where none may be used.
 */
export async function lookUpHost(host: string, { dns, mayConnect }: DiscoveryPorts, signal: AbortSignal): Promise<readonly string[]> {
  const found = isIpAddress(host) ? [host] : await lookUp(host, dns, signal);
  if (found.length === 0) throw new FederationError("SERVER_NOT_FOUND", `${host} has no address`);
  const allowed = found.filter(mayConnect).slice(0, MAX_ADDRESSES);
  if (allowed.length === 0) throw new FederationError("ADDRESS_NOT_ALLOWED", `${host} has no address that may be connected to`);
  return allowed;
}

async function lookUp(host: string, dns: DiscoveryPorts["dns"], signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await dns.lookup(host, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new FederationError("SERVER_NOT_FOUND", `the addresses of ${host} could not be looked up`, { cause });
  }
}
