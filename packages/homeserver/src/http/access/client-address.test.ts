import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientAddressBehind, isAddressRange, type TrustedProxies } from "./client-address.ts";

const header = "x-forwarded-for";

/** The address that counts for a request from a peer. */
function addressOf(peer: string, named: string | undefined, settings: Partial<TrustedProxies> = {}): string {
  const incoming = { headers: named === undefined ? {} : { [settings.header ?? header]: named }, socket: { remoteAddress: peer } };
  return clientAddressBehind({ trusted_proxies: [], header, ...settings })(incoming as object as IncomingMessage);
}

describe("the address of a client", () => {
  it("is that of the connection, whatever the request says, unless a proxy is trusted", () => {
    expect(addressOf("127.0.0.1", "203.0.113.9")).toBe("127.0.0.1");
    expect(addressOf("198.51.100.1", "203.0.113.9", { trusted_proxies: ["127.0.0.1"] })).toBe("198.51.100.1");
  });

  it("is what a trusted proxy names, by address or range, in the header that is set", () => {
    expect(addressOf("127.0.0.1", "203.0.113.9", { trusted_proxies: ["127.0.0.1"] })).toBe("203.0.113.9");
    expect(addressOf("::ffff:10.1.2.3", "203.0.113.9", { trusted_proxies: ["10.0.0.0/8"] })).toBe("203.0.113.9");
    expect(addressOf("fd00::1", "2001:db8::7", { trusted_proxies: ["fd00::/8"], header: "x-real-ip" })).toBe("2001:db8::7");
    expect(addressOf("127.0.0.1", undefined, { trusted_proxies: ["127.0.0.1"] })).toBe("127.0.0.1");
  });

  it("is the last that no trusted proxy has: what a client sends along is not believed", () => {
    const chain = { trusted_proxies: ["127.0.0.1", "10.0.0.0/8"] };
    expect(addressOf("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.7", chain)).toBe("203.0.113.9");
    expect(addressOf("127.0.0.1", "1.1.1.1, nonsense, 10.0.0.7", chain)).toBe("10.0.0.7");
    expect(addressOf("127.0.0.1", "nonsense", chain)).toBe("127.0.0.1");
  });

  it("is asked of ranges only", () => {
    expect(["127.0.0.1", "10.0.0.0/8", "fd00::/8", "::1"].every(isAddressRange)).toBe(true);
    expect(["", "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/129", "10.0.0.0/-1"].some(isAddressRange)).toBe(false);
  });
});
