import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect as connectTcp, type Socket } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { getVersions, sync } from "@patrix/client-api";
import { systemClock } from "@patrix/concurrency";
import { getVersion } from "@patrix/federation-api";
import { makeCertificate } from "@patrix/federation/testing";
import { handle } from "@patrix/server";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { OutageGuard } from "../access/outage-guard.ts";
import { defaultRateLimits, RateLimiter } from "../access/rate-limits.ts";
import { alice } from "../../../tests/alice.ts";
import type { Registration } from "../registration.ts";
import { silentLogger } from "../logger.ts";
import { HttpServer, type HttpServerSettings, type Listener } from "./http-server.ts";

afterEach(() => void vi.useRealTimers());

const versions = "/_matrix/client/versions";
const federationVersion = "/_matrix/federation/v1/version";
const here: Listener = { host: "127.0.0.1", port: 0 };

/** A server with one operation for everyone and one for servers; it ends with the test, if not before. */
async function serve(
  listeners: readonly Listener[],
  more: Partial<HttpServerSettings> = {},
): Promise<HttpServer & { readonly urls: readonly string[] }> {
  const registrations: Registration[] = [
    handle(getVersions, () => ({ versions: ["v1.19"] })),
    handle(getVersion, () => ({ server: { name: "patrix" } })),
  ];
  const server = new HttpServer({
    listeners,
    registrations,
    lookup: (token) => (token === "alice" ? alice : undefined),
    clientAddress: ({ socket }) => socket.remoteAddress ?? "",
    limiter: undefined,
    outages: new OutageGuard(),
    logger: silentLogger,
    clock: systemClock,
    ...more,
  });
  onTestFinished(() => server.close());
  return Object.assign(server, { urls: await server.listen() });
}

const status = async (url: string, path: string, token?: string): Promise<number> =>
  (await fetch(url + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })).status;

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === "::1"));

describe("a listener", () => {
  it("serves everything, or the resources that it is limited to", async () => {
    const { urls } = await serve([here, { ...here, resources: ["federation"] }, { ...here, resources: ["client", "metrics"] }]);
    const found: number[][] = [];
    for (const url of urls) found.push([await status(url, versions), await status(url, federationVersion)]);
    expect(found).toEqual([
      [200, 200],
      [404, 200],
      [200, 404],
    ]);
    expect(new Set(urls).size).toBe(3);
  });

  it("is named by its scheme, host and port", async () => {
    const [url = ""] = (await serve([here])).urls;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.runIf(hasIpv6)("is named by an IPv6 address in brackets", async () => {
    const [url = ""] = (await serve([{ host: "::1", port: 0 }])).urls;
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await status(url, versions)).toBe(200);
  });

  it("cannot have an address that is taken", async () => {
    const { urls } = await serve([here]);
    const port = Number(new URL(urls[0] ?? "").port);
    await expect(serve([{ ...here, port }])).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("speaks TLS with a certificate, and only with ciphers that keep past sessions secret", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-tls-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { key, cert } = makeCertificate(["127.0.0.1"]);
    const tls = { cert_path: join(folder, "cert.pem"), key_path: join(folder, "key.pem") };
    await writeFile(tls.cert_path, cert);
    await writeFile(tls.key_path, key);
    const [url = ""] = (await serve([{ ...here, tls }])).urls;
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const speak = (ciphers: string): Promise<string> =>
      new Promise((resolve) => {
        const options = { host: "127.0.0.1", port: Number(new URL(url).port), ca: cert, maxVersion: "TLSv1.2" } as const;
        const socket = connect({ ...options, ciphers }, () => {
          resolve(socket.getCipher().name);
          socket.destroy();
        });
        socket.once("error", () => resolve("refused"));
      });
    const [kept, weak] = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256"];
    expect([await speak(kept), await speak(weak)]).toEqual([kept, "refused"]);
  });
});

describe("a request", () => {
  const whoWaits: Registration = handle(sync, async (_request, { user }) => ({ next_batch: user.userId }));

  it("is that of who has the token, within the limits of rates where there are any", async () => {
    const limits = { ...defaultRateLimits, other: { per_second: 0.001, burst: 2 } };
    const limiter = new RateLimiter(limits, systemClock);
    const [url = ""] = (await serve([here], { registrations: [whoWaits], limiter })).urls;
    const codes: number[] = [];
    for (const token of [undefined, "bob", "alice", "alice", "alice"]) codes.push(await status(url, "/_matrix/client/v3/sync", token));
    expect(codes).toEqual([401, 401, 200, 200, 429]);
    const [free = ""] = (await serve([here], { registrations: [whoWaits] })).urls;
    for (let i = 0; i < 5; i++) expect(await status(free, "/_matrix/client/v3/sync", "alice")).toBe(200);
  });
});

describe("a server that closes", () => {
  /** A connection that stays open. @returns What it has got so far. */
  function open(url: string, request: string): Promise<{ readonly socket: Socket; readonly ended: Promise<void>; text(): string }> {
    let got = "";
    return new Promise((resolve) => {
      const socket: Socket = connectTcp(Number(new URL(url).port), "127.0.0.1", () => {
        socket.write(request);
        resolve({ socket, ended, text: () => got });
      });
      socket.on("data", (data) => (got += data.toString()));
      socket.on("error", () => {});
      const ended = new Promise<void>((closed) => socket.once("close", () => closed()));
    });
  }
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer alice\r\n\r\n`;

  it("ends what waits for news and what is idle, without waiting for its deadline, and takes nothing more", async () => {
    let begun = (): void => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const waiting = handle(sync, async (_request, { signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
        begun();
      });
      return { next_batch: "over" };
    });
    const server = await serve([here], { registrations: [waiting as Registration, handle(getVersions, () => ({ versions: [] }))] });
    const [url = ""] = server.urls;
    const idle = await open(url, get(versions));
    await vi.waitUntil(() => idle.text().includes("versions"), { interval: 1, timeout: 20_000 });
    const polling = await open(url, get("/_matrix/client/v3/sync"));
    await hasBegun;
    // The deadline never comes.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await server.close();
    expect(vi.getTimerCount()).toBe(0);
    await Promise.all([idle.ended, polling.ended]);
    expect(polling.text()).toContain("over");
    await expect(fetch(url)).rejects.toThrow();
  });

  it("cuts off at its deadline what does not end", async () => {
    let begun = (): void => {};
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const endless = handle(getVersions, () => {
      begun();
      return new Promise<never>(() => {});
    });
    const server = await serve([here], { registrations: [endless] });
    const request = await open(server.urls[0] ?? "", get(versions));
    await hasBegun;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const closed = server.close();
    const state = (): Promise<string> =>
      Promise.race([closed.then(() => "closed"), new Promise<string>((resolve) => setImmediate(resolve, "open"))]);
    vi.advanceTimersByTime(799);
    expect(await state()).toBe("open");
    vi.advanceTimersByTime(1);
    await closed;
    await request.ended;
    expect(request.text()).toBe("");
  });
});
