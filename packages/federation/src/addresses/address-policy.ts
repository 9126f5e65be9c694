import ipaddr from "ipaddr.js";

/** Whether an IP address may be connected to. What is no address never may. */
export type AddressPolicy = (address: string) => boolean;

/** Exceptions of an {@link AddressPolicy}; a range is an address, a slash and a number of bits, or an address alone. */
export interface AddressPolicyOptions {
  /** Ranges that may be connected to although they are not public, such as `10.0.0.0/8`. */
  readonly allow?: readonly string[] | undefined;
  /** Ranges that may never be connected to; they win over `allow`. */
  readonly deny?: readonly string[] | undefined;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];

/**
 * Makes the rule of which addresses other servers can make us connect to: by default public unicast only, so neither private,
 * loopback, link-local, multicast nor reserved ones, also where an IPv6 address stands for them.
 *
 * @throws RangeError for a range that is none.
 */
export function createAddressPolicy({ allow = [], deny = [] }: AddressPolicyOptions = {}): AddressPolicy {
  const allowed = allow.map(parseRange);
  const denied = deny.map(parseRange);
  return (text) => {
    const address = parseAddress(text);
    if (address === undefined || denied.some((range) => isInside(address, range))) return false;
    return (address.range() === "unicast" && !isIpv4Compatible(address)) || allowed.some((range) => isInside(address, range));
  };
}

/** Whether a text is an IPv4 address in four decimal parts or an IPv6 address, without brackets and zone. */
export function isIpAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** Whether an IPv6 address stands for an IPv4 one in the form that is no longer routed, `::7f00:1` for 127.0.0.1. */
function isIpv4Compatible(address: Address): boolean {
  return address instanceof ipaddr.IPv6 && address.parts.slice(0, 6).every((part) => part === 0);
}

function parseRange(text: string): Range {
  const [host = "", bits, ...rest] = text.split("/");
  const address = parseAddress(host);
  const length = address?.kind() === "ipv4" ? 32 : 128;
  const prefix = bits === undefined ? length : Number(bits);
  if (address === undefined || rest.length > 0 || !/^\d*$/.test(bits ?? "") || bits === "" || prefix > length) {
    throw new RangeError(`${text} is not a range of addresses`);
  }
  return [address, prefix];
}

function isInside(address: Address, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
