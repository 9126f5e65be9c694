import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Whose word on the addresses of clients is believed. */
export interface TrustedProxies {
  /** Addresses, or ranges as an address, a slash and a number of bits. */
  readonly trusted_proxies: readonly string[];
  /** The header in which they name the client, in lower case; the last entry is the newest. */
  readonly header: string;
}

/** Finds out the address of who sends a request. */
export type ClientAddress = (incoming: IncomingMessage) => string;

/**
 * Makes the rule of which address counts as the client's: that of the connection, or, where a trusted proxy is at the other end,
 * the last one in the header that no trusted proxy has. What a proxy passes on from its own client is not believed.
 *
 * @throws RangeError for a range that is none.
 */
export function clientAddressBehind({ trusted_proxies: proxies, header }: TrustedProxies): ClientAddress {
  // Loading what such a list is made of takes a thirtieth of the start.
  if (proxies.length === 0) return ({ socket }) => plain(socket.remoteAddress ?? "");
  const trusted = new BlockList();
  for (const proxy of proxies) addRange(trusted, proxy);
  const isTrusted = (address: string): boolean => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return ({ headers, socket }) => {
    const peer = plain(socket.remoteAddress ?? "");
    if (!isTrusted(peer)) return peer;
    const named = headers[header.toLowerCase()];
    const hops = (Array.isArray(named) ? named.join(",") : (named ?? "")).split(",").map((hop) => plain(hop.trim()));
    let client = peer;
    for (const hop of hops.toReversed()) {
      if (isIP(hop) === 0) break;
      client = hop;
      if (!isTrusted(hop)) break;
    }
    return client;
  };
}

/** Whether a text is an address or a range of addresses. */
export function isAddressRange(text: string): boolean {
  try {
    addRange(new BlockList(), text);
    return true;
  } catch {
    return false;
  }
}

function addRange(list: BlockList, text: string): void {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  const length = Number(bits ?? most);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits ?? "0") || length > most)
    throw new RangeError(`${text} is not a range of addresses`);
  list.addSubnet(address, length, version === 6 ? "ipv6" : "ipv4");
}

/** An address without the IPv6 form of an IPv4 one. */
function plain(address: string): string {
  return /^::ffff:\d+\./i.test(address) ? address.slice("::ffff:".length) : address;
}
