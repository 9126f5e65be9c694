import { type AddressPolicy, createAddressPolicy } from "@patrix/federation";
import { compileGlob } from "@patrix/push-rules";
import { type HostLookUp, inDns, inDnsOrHere } from "../../outbound/allowed-addresses.ts";

/** What an operator says of the pages that previews may be made of. */
export interface PreviewRules {
  /** Ranges of addresses that may be connected to although they are not public. */
  readonly allow_cidrs: readonly string[];
  /** Ranges that may never be connected to. */
  readonly deny_cidrs: readonly string[];
  /** Patterns of hosts; if given, all others are refused. */
  readonly allow_hosts?: readonly string[] | undefined;
  /** Patterns of hosts that are refused. */
  readonly deny_hosts: readonly string[];
  readonly ports: readonly number[] | "all";
  /** Whether names are asked for that only this machine knows. */
  readonly local_names: boolean;
}

/** Which URLs and addresses may be asked for previews, be they named by a user, a redirect or a page. */
export interface PreviewPolicy {
  readonly isAllowed: AddressPolicy;
  readonly isUrlAllowed: (url: URL) => boolean;
  readonly lookUp: HostLookUp;
}

/** Makes the policy of previews. @throws RangeError for a range that is none. */
export function previewPolicy(rules: PreviewRules): PreviewPolicy {
  const ports = rules.ports === "all" ? undefined : new Set(rules.ports);
  const allowedHosts = rules.allow_hosts?.map((pattern) => compileGlob(pattern));
  const deniedHosts = rules.deny_hosts.map((pattern) => compileGlob(pattern));
  return {
    isAllowed: createAddressPolicy({ allow: rules.allow_cidrs, deny: rules.deny_cidrs }),
    lookUp: rules.local_names ? inDnsOrHere() : inDns,
    isUrlAllowed(url) {
      const usual = usualPorts.get(url.protocol);
      // Whoever writes a password into an address does not mean us to send it.
      if (usual === undefined || url.username !== "" || url.password !== "") return false;
      if (ports?.has(url.port === "" ? usual : Number(url.port)) === false) return false;
      // A dot at the end is another spelling of the same host.
      const host = url.hostname.replace(/\.$/, "");
      return (allowedHosts?.some((matches) => matches(host)) ?? true) && !deniedHosts.some((matches) => matches(host));
    },
  };
}

const usualPorts: ReadonlyMap<string, number> = new Map([
  ["http:", 80],
  ["https:", 443],
]);
