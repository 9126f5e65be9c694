import type { LookupAddress } from "node:dns";
import dns from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { Semaphore } from "@patrix/concurrency";
import type { AddressPolicy } from "@patrix/federation";
import { OutboundError } from "./errors.ts";

/** Looks up the addresses of a name. It throws if there are none. */
export type HostLookUp = (host: string) => Promise<readonly LookupAddress[]>;

/** Looks a name up as every other program of the machine does. */
export const asPrograms: HostLookUp = (host) => dns.lookup(host, { all: true });

/**
 * Looks a name up in DNS alone, which takes none of the few threads that also read files: a name server that never answers holds up
 * nothing but the request. Names that only this machine knows, as those of `/etc/hosts`, are not found.
 */
export const inDns: HostLookUp = async (host) => {
  const [four, six] = await Promise.allSettled([dns.resolve4(host), dns.resolve6(host)]);
  const addresses = [
    ...(four.status === "fulfilled" ? four.value.map((address) => ({ address, family: 4 })) : []),
    ...(six.status === "fulfilled" ? six.value.map((address) => ({ address, family: 6 })) : []),
  ];
  if (addresses.length === 0 && four.status === "rejected") throw four.reason;
  return addresses;
};

/** Looks names up in DNS, and those that are not there as other programs do: one at a time, so that it never takes more than one thread. */
export function inDnsOrHere(): HostLookUp {
  const turn = new Semaphore(1);
  return (host) => inDns(host).catch(() => turn.run(() => asPrograms(host)));
}

/** Refuses a URL whose host is an address that may not be connected to; names are refused when they are looked up. @throws {OutboundError} */
export function requireAllowedHost({ hostname }: URL, isAllowed: AddressPolicy): void {
  const host = hostname.replaceAll(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !isAllowed(host)) throw notAllowed(host);
}

/** Looks names up, and leaves out what may not be connected to. What was looked up is what is connected to. */
export function lookUpAllowed(isAllowed: AddressPolicy, lookUp: HostLookUp = asPrograms): LookupFunction {
  return (host, options, done) => {
    lookUp(host).then(
      (addresses) => {
        const allowed = addresses.filter(({ address }) => isAllowed(address));
        const [first] = allowed;
        if (!first) done(notAllowed(host), "");
        else if (options.all) done(null, allowed);
        else done(null, first.address, first.family);
      },
      (error: Error) => done(error, ""),
    );
  };
}

function notAllowed(host: string): OutboundError {
  return new OutboundError("ADDRESS_NOT_ALLOWED", `${host} is no address that this server connects to`);
}
