import { existsSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { createAddressPolicy } from "../addresses/address-policy.ts";
import { FederationError } from "../errors.ts";
import type { SrvRecord } from "../ports/dns.ts";
import { FakeNetwork } from "../testing/fake-network.ts";
import { resolveServerName } from "./resolve-server-name.ts";
import { WellKnownCache } from "./well-known-cache.ts";

const vectors = new URL("../../../../../shared/spec/vectors/server-discovery.json", import.meta.url);
const isMissing = !existsSync(vectors);
if (isMissing) console.warn("federation: ../shared/spec is absent, server discovery vectors are skipped");

interface VectorCase {
  serverName: string;
  wellKnown?: { status: number; body?: object };
  srv?: Record<string, { target: string; port: number }>;
  connect: { host: string; port: number };
  hostHeader: string;
  certificate: string;
  step: string;
}
const cases: VectorCase[] = isMissing ? [] : JSON.parse(readFileSync(vectors, "utf8")).federation.cases;

const everywhere = createAddressPolicy({ allow: ["0.0.0.0/0", "::/0"] });
const srv = (target: string, port = 9000, priority = 0, weight = 0): SrvRecord => ({ target, port, priority, weight });
let net: FakeNetwork;
beforeEach(() => {
  net = new FakeNetwork();
  net.add("example.org", "93.184.216.34");
});
const delegate = (server: unknown, headers: Record<string, string> = {}): void => {
  net.servers.set("example.org", () => ({ headers, body: { "m.server": server } }));
};
const resolve = (name = "example.org") => net.clock.until(resolveServerName(name, net.ports()));

describe.skipIf(isMissing)("vectors of server discovery", () => {
  it("are all there", () => expect(cases.length).toBeGreaterThanOrEqual(12));

  it.each(cases)("$serverName by step $step", async ({ serverName, wellKnown, srv: services = {}, connect, ...expected }) => {
    for (const host of ["delegated.example.org", "fed.example.net", "old.example.net"]) net.add(host, "93.184.216.35");
    if (wellKnown) net.servers.set("example.org", () => ({ ...wellKnown }));
    for (const [name, record] of Object.entries(services)) net.services.set(name, [{ ...record, priority: 1, weight: 1 }]);
    const resolved = await net.clock.until(resolveServerName(serverName, net.ports(everywhere)));
    expect(resolved.targets[0]).toMatchObject(connect);
    expect(resolved).toMatchObject({ hostHeader: expected.hostHeader, certificateName: expected.certificate, step: expected.step });
    expect(resolved.trace.at(-1)?.step).toBe(expected.step);
    // Nothing is asked for what an earlier step has settled.
    if (["1", "2"].includes(expected.step)) expect(net.requests).toEqual([]);
  });
});

describe("resolveServerName", () => {
  it.each(["", "a b", "example.org:0", "example.org:99999", "999.1.1.1", "[::g]", "user@example.org", "example.org/", "a".repeat(256)])(
    "refuses the name %j",
    async (name) => {
      await expect(resolve(name)).rejects.toMatchObject({ code: "INVALID_SERVER_NAME" });
      expect(net.lookups).toEqual([]);
    },
  );

  it("gives the addresses that were checked, and asks for .well-known at those too", async () => {
    net.hosts.set("example.org", ["10.0.0.1", "93.184.216.34", "2606:2800:220:1::1"]);
    const { targets } = await resolve();
    expect(targets).toEqual([{ host: "example.org", port: 8448, addresses: ["93.184.216.34", "2606:2800:220:1::1"] }]);
    expect(net.requests.map(({ address, port }) => `${address} ${port}`)).toEqual(["93.184.216.34 443", "2606:2800:220:1::1 443"]);
  });

  it.each(["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])(
    "refuses the address %s",
    async (name) => {
      await expect(resolve(name)).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
      await expect(resolve(`${name}:8448`)).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
    },
  );

  it("refuses a name that points to a private range, directly, by delegation and by service record", async () => {
    net.add("inside.example.org", "10.0.0.5");
    await expect(resolve("inside.example.org:8448")).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
    delegate("inside.example.org:443");
    await expect(resolve()).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
    delegate("10.0.0.5");
    await expect(resolve()).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
    net.servers.clear();
    net.services.set("_matrix-fed._tcp.example.org", [srv("inside.example.org")]);
    await expect(resolve()).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
  });

  it("leaves out service records whose hosts may not be used while another is left", async () => {
    net.add("inside.example.org", "10.0.0.5");
    net.add("outside.example.org", "93.184.216.40");
    net.services.set("_matrix-fed._tcp.example.org", [
      srv("inside.example.org", 1, 0),
      srv("gone.example.org", 2, 1),
      srv("outside.example.org", 3, 2),
    ]);
    expect((await resolve()).targets).toEqual([{ host: "outside.example.org", port: 3, addresses: ["93.184.216.40"] }]);
  });

  it("tries service records by priority, and takes no service where the record says so", async () => {
    net.add("first.example.org", "93.184.216.41");
    net.add("second.example.org", "93.184.216.42");
    net.services.set("_matrix-fed._tcp.example.org", [srv("second.example.org", 9, 20), srv("first.example.org.", 9, 10)]);
    expect((await resolve()).targets.map(({ host }) => host)).toEqual(["first.example.org", "second.example.org"]);
    net.services.set("_matrix-fed._tcp.example.org", [srv(".", 0)]);
    await expect(resolve()).rejects.toMatchObject({ code: "SERVER_NOT_FOUND" });
  });

  it("looks up few hosts, however many service records there are", async () => {
    net.services.set(
      "_matrix-fed._tcp.example.org",
      Array.from({ length: 1000 }, (_, i) => srv(`h${i}.example.org`)),
    );
    await expect(resolve()).rejects.toMatchObject({ code: "SERVER_NOT_FOUND" });
    expect(net.lookups.filter((name) => name.startsWith("h")).length).toBeLessThanOrEqual(4);
  });

  it("goes on where service records cannot be looked up, and fails where addresses cannot", async () => {
    net.services.set("_matrix-fed._tcp.example.org", "fail");
    expect((await resolve()).trace.map(({ step }) => step)).toEqual(["3", "4", "5", "6"]);
    net.hosts.set("example.org", "fail");
    await expect(resolve()).rejects.toMatchObject({ code: "SERVER_NOT_FOUND" });
  });

  it("looks a name up once and hands out the address that was checked, whatever a second lookup would say", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    const dns = { ...net.dns, lookup: () => Promise.resolve(answers.shift() ?? []) };
    const resolved = await net.clock.until(resolveServerName("rebinding.org:8448", { ...net.ports(), dns }));
    expect(resolved.targets).toEqual([{ host: "rebinding.org", port: 8448, addresses: ["93.184.216.34"] }]);
    expect(answers).toHaveLength(1);
  });

  it("throws nothing but the documented errors, for any name and any delegation", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.oneof(fc.string(), fc.jsonValue()), async (name, body) => {
        net.servers.set("example.org", () => ({ body }));
        for (const one of [name, "example.org"]) {
          const error: unknown = await resolve(one).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          expect(error === undefined || error instanceof FederationError).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("ends when lookups hang", async () => {
    const ports = { ...net.ports(), dns: { ...net.dns, resolveSrv: () => new Promise<never>(() => undefined) } };
    await expect(net.clock.until(resolveServerName("example.org", ports))).rejects.toMatchObject({ code: "TIMED_OUT" });
    expect(net.clock.pending).toBe(0);
  });

  it("expires with the delegation, and after five minutes at the latest", async () => {
    delegate("delegated.example.org:1", { "cache-control": "max-age=172800" });
    net.add("delegated.example.org", "93.184.216.35");
    const { expiresAtTs } = await resolve();
    expect(expiresAtTs - net.clock.now()).toBe(300_000);
    net.servers.clear();
    expect((await resolve()).expiresAtTs - net.clock.now()).toBe(60_000);
  });

  it("asks for .well-known again only when the kept response has expired", async () => {
    const options = { wellKnown: new WellKnownCache() };
    delegate("delegated.example.org:1", { "cache-control": "public, max-age=600" });
    net.add("delegated.example.org", "93.184.216.35");
    const again = () => net.clock.until(resolveServerName("example.org", net.ports(), options));
    await Promise.all([again(), again()]);
    net.clock.advance(599_000);
    await again();
    expect(net.requests).toHaveLength(1);
    net.clock.advance(2_000);
    await again();
    expect(net.requests).toHaveLength(2);
  });

  it("waits longer and longer before it asks again for a .well-known that fails, an hour at most", async () => {
    const options = { wellKnown: new WellKnownCache() };
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      await net.clock.until(resolveServerName("example.org", net.ports(), options));
      expect(net.requests).toHaveLength(i + 1);
      const { expiresAtTs } = await options.wellKnown.get("example.org", net.ports());
      waits.push((expiresAtTs - net.clock.now()) / 60_000);
      net.clock.advance(expiresAtTs - net.clock.now());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    // A good answer ends the row of failures.
    delegate("delegated.example.org:1", { "cache-control": "public, max-age=600" });
    net.add("delegated.example.org", "93.184.216.35");
    await net.clock.until(resolveServerName("example.org", net.ports(), options));
    net.servers.clear();
    net.clock.advance(600_000);
    await net.clock.until(resolveServerName("example.org", net.ports(), options));
    const { server, expiresAtTs } = await options.wellKnown.get("example.org", net.ports());
    expect([server, expiresAtTs - net.clock.now()]).toEqual([undefined, 60_000]);
  });
});
