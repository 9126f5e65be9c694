import { beforeEach, describe, expect, it } from "vitest";
import { FakeNetwork } from "../testing/fake-network.ts";
import { cacheLifetimeMs } from "./cache-lifetime.ts";
import { fetchWellKnown, MAX_WELL_KNOWN_SIZE_BYTES } from "./fetch-well-known.ts";

let net: FakeNetwork;
beforeEach(() => {
  net = new FakeNetwork();
  net.add("example.org", "93.184.216.34");
});
const fetch = () => net.clock.until(fetchWellKnown("example.org", net.ports()));

describe("fetchWellKnown", () => {
  it("asks the host on port 443 with its own name", async () => {
    net.servers.set("example.org", () => ({ body: { "m.server": "matrix.example.org:443" } }));
    expect(await fetch()).toMatchObject({ server: "matrix.example.org:443" });
    expect(net.requests[0]).toMatchObject({
      address: "93.184.216.34",
      port: 443,
      hostHeader: "example.org",
      certificateName: "example.org",
      method: "GET",
      target: "/.well-known/matrix/server",
    });
  });

  it.each([
    ["not JSON", "<html>"],
    ["an array", []],
    ["null", "null"],
    ["an empty object", {}],
    ["a number", { "m.server": 5 }],
    ["an empty name", { "m.server": "" }],
    ["a URL", { "m.server": "https://example.org" }],
    ["port 0", { "m.server": "example.org:0" }],
    ["no address", { "m.server": "300.1.1.1" }],
    ["an inherited name", '{"__proto__":{"m.server":"evil.org"}}'],
  ])("refuses %s", async (_, body) => {
    net.servers.set("example.org", () => ({ body }));
    await expect(fetch()).rejects.toMatchObject({ code: "MALFORMED_RESPONSE" });
  });

  it.each([204, 300, 404, 500])("refuses status %i", async (status) => {
    net.servers.set("example.org", () => ({ status, body: { "m.server": "a.org" } }));
    await expect(fetch()).rejects.toMatchObject({ code: "MALFORMED_RESPONSE" });
  });

  it("follows redirects, relative ones too, and checks every host", async () => {
    net.add("www.example.org", "93.184.216.36", ({ target }) =>
      target === "/b" ? { body: { "m.server": "a.org" } } : { status: 307, headers: { location: "/b" } },
    );
    net.servers.set("example.org", () => ({ status: 302, headers: { location: "https://www.example.org:8443/a?x#y" } }));
    expect((await fetch()).server).toBe("a.org");
    expect(net.requests.map(({ hostHeader, port, target }) => `${hostHeader} ${port} ${target}`)).toEqual([
      "example.org 443 /.well-known/matrix/server",
      "www.example.org:8443 8443 /a?x",
      "www.example.org:8443 8443 /b",
    ]);
  });

  it.each([
    ["to itself", "/.well-known/matrix/server"],
    ["to itself with another fragment", "/.well-known/matrix/server#1"],
  ])("stops at a redirect %s", async (_, location) => {
    net.servers.set("example.org", () => ({ status: 301, headers: { location } }));
    await expect(fetch()).rejects.toMatchObject({ code: "TOO_MANY_REDIRECTS" });
    expect(net.requests).toHaveLength(1);
  });

  it("stops after five redirects to ever new places", async () => {
    let n = 0;
    net.servers.set("example.org", () => ({ status: 301, headers: { location: `/${n++}` } }));
    await expect(fetch()).rejects.toMatchObject({ code: "TOO_MANY_REDIRECTS" });
    expect(net.requests).toHaveLength(6);
  });

  it.each(["http://example.org/", "ftp://example.org/", "https://user:pw@example.org/", "https://"])(
    "refuses a redirect to %s",
    async (location) => {
      net.servers.set("example.org", () => ({ status: 302, headers: { location } }));
      await expect(fetch()).rejects.toMatchObject({ code: "REDIRECT_NOT_ALLOWED" });
    },
  );

  it("refuses a redirect to a very long address", async () => {
    net.servers.set("example.org", () => ({ status: 302, headers: { location: `/${"x".repeat(3000)}` } }));
    await expect(fetch()).rejects.toMatchObject({ code: "REDIRECT_NOT_ALLOWED" });
  });

  it.each(["https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/", "https://2130706433/", "https://inside.example.org/"])(
    "refuses a redirect to the private %s",
    async (location) => {
      net.add("inside.example.org", "192.168.1.1");
      net.servers.set("example.org", () => ({ status: 302, headers: { location } }));
      await expect(fetch()).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
      expect(net.requests).toHaveLength(1);
    },
  );

  it("stops reading a body that never ends", async () => {
    let sentBytes = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sentBytes += 1024;
        yield new Uint8Array(1024).fill(32);
      }
    }
    net.servers.set("example.org", () => ({ body: endless() }));
    await expect(fetch()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    expect(sentBytes).toBeLessThanOrEqual(MAX_WELL_KNOWN_SIZE_BYTES + 1024);
    expect(net.abandonedBodies).toBe(1);
  });

  it("takes a body of exactly the limit and refuses one byte more", async () => {
    const body = JSON.stringify({ "m.server": "a.org" });
    net.servers.set("example.org", () => ({ body: body.padEnd(MAX_WELL_KNOWN_SIZE_BYTES) }));
    expect((await fetch()).server).toBe("a.org");
    net.servers.set("example.org", () => ({ body: body.padEnd(MAX_WELL_KNOWN_SIZE_BYTES + 1) }));
    await expect(fetch()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });

  it("stops at a body that drips and at a server that never answers", async () => {
    async function* drip(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await net.clock.sleep(1000);
        yield new Uint8Array([32]);
      }
    }
    const startedTs = net.clock.now();
    net.servers.set("example.org", () => ({ body: drip() }));
    await expect(fetch()).rejects.toMatchObject({ code: "TIMED_OUT" });
    expect(net.clock.now() - startedTs).toBe(20_000);
    net.servers.set("example.org", () => new Promise(() => undefined));
    await expect(fetch()).rejects.toMatchObject({ code: "TIMED_OUT" });
  });
});

describe("cacheLifetimeMs", () => {
  const hour = 3_600_000;
  it.each([
    [{}, 24 * hour],
    [{ "cache-control": "max-age=3600" }, hour],
    [{ "cache-control": "public, MAX-AGE = 7200" }, 2 * hour],
    [{ "cache-control": "max-age=99999999999" }, 48 * hour],
    [{ "cache-control": "max-age=1" }, hour / 12],
    [{ "cache-control": "no-store" }, hour / 12],
    [{ "cache-control": "private, no-cache, max-age=7200" }, hour / 12],
    [{ "cache-control": "x-max-age-y" }, 24 * hour],
    [{ expires: "Thu, 01 Jan 1970 10:00:00 GMT" }, 10 * hour],
    [{ expires: "0" }, hour / 12],
    [{ expires: "Thu, 01 Jan 1970 10:00:00 GMT", "cache-control": "max-age=3600" }, hour],
  ])("of %j is %i ms", (headers, expected) => {
    expect(cacheLifetimeMs(headers, 0)).toBe(expected);
  });
});
