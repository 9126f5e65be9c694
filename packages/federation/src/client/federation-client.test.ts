import { EmptyObject, endpoint, type Endpoint } from "@patrix/api";
import { getContent, getEvent, getPublicRooms, getVersion, sendTransaction } from "@patrix/federation-api";
import { createVerifyKey, keyLookup, signingKeyFromSeed } from "@patrix/signatures";
import { beforeEach, describe, expect, it } from "vitest";
import { verifyRequest } from "../authentication/verify-request.ts";
import type { HttpsRequest } from "../ports/https.ts";
import { FakeNetwork, type FakeServer } from "../testing/fake-network.ts";
import { backoffMs } from "./backoff.ts";
import { MemoryBackoffStore } from "./backoff-store.ts";
import { clientKeySource } from "./client-key-source.ts";
import { FederationClient, type FederationClientOptions, type FederationRequestOptions } from "./federation-client.ts";

const signingKey = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:a");
const minute = 60_000;
let net: FakeNetwork;
beforeEach(() => {
  net = new FakeNetwork();
  net.add("b.org", "93.184.216.34");
});
const answering = (server: FakeServer): void => {
  // Only the Matrix server of the host answers, not its web server.
  net.servers.set("b.org", (request) => (request.port === 443 ? { status: 404 } : server(request)));
};
const client = (options: Partial<FederationClientOptions> = {}): FederationClient =>
  new FederationClient({ serverName: "a.org", signingKey, ports: net.ports(), ...options });
const ask = (from: FederationClient, options?: FederationRequestOptions) => net.clock.until(from.request("b.org", getVersion, {}, options));
const matrixRequests = (): HttpsRequest[] => net.requests.filter(({ port }) => port !== 443);

describe("requests", () => {
  it("are signed so that the destination can verify them", async () => {
    answering(() => ({ body: { pdus: {} } }));
    const body = { origin: "a.org", origin_server_ts: 1, pdus: [], edus: undefined };
    await net.clock.until(client({ userAgent: "test" }).request("b.org", sendTransaction, { path: { txnId: "1/ü" }, body }));
    const sent = matrixRequests().at(0)!;
    expect(sent).toMatchObject({ address: "93.184.216.34", port: 8448, hostHeader: "b.org", certificateName: "b.org", method: "PUT" });
    expect(sent.headers["user-agent"]).toBe("test");
    const keys = keyLookup({ "a.org": { "ed25519:a": createVerifyKey(signingKey.publicKey, "ed25519:a", { validUntilTs: 2 }) } });
    const received = {
      method: sent.method,
      uri: sent.target,
      authorization: sent.headers["authorization"],
      content: JSON.parse(String(sent.body)),
    };
    const options = { serverName: "b.org", keys: { getKeys: () => Promise.resolve(keys) }, nowTs: 1 };
    expect(await verifyRequest(received, options)).toMatchObject({ origin: "a.org" });
    await expect(verifyRequest(received, { ...options, serverName: "c.org" })).rejects.toMatchObject({ code: "WRONG_DESTINATION" });
  });

  it("are signed each for its own destination and body, where some bodies go to many", async () => {
    answering(() => ({ body: { pdus: {} } }));
    net.hosts.set("c.org", ["93.184.216.35"]);
    net.servers.set("c.org", net.servers.get("b.org")!);
    const one = client();
    const keys = keyLookup({ "a.org": { "ed25519:a": createVerifyKey(signingKey.publicKey, "ed25519:a", { validUntilTs: 2 }) } });
    for (const originServerTs of [1, 1, 2, 1])
      for (const server of ["b.org", "c.org"]) {
        const body = { origin: "a.org", origin_server_ts: originServerTs, pdus: [] };
        await net.clock.until(one.request(server, sendTransaction, { path: { txnId: "1" }, body }));
        const { method, target: uri, headers, body: sent } = matrixRequests().at(-1)!;
        const received = { method, uri, authorization: headers["authorization"], content: JSON.parse(String(sent)) };
        expect(received.content).toEqual(body);
        const options = { serverName: server, keys: { getKeys: () => Promise.resolve(keys) }, nowTs: 1 };
        expect(await verifyRequest(received, options)).toMatchObject({ origin: "a.org" });
      }
    expect(matrixRequests()).toHaveLength(8);
  });

  it("are not signed where the endpoint needs no authentication, and have no body where it takes none", async () => {
    answering(() => ({ body: { server: { name: "X" } } }));
    expect(await ask(client())).toEqual({ server: { name: "X" } });
    expect(matrixRequests().at(0)!.headers["authorization"]).toBeUndefined();
    const events = client().request("b.org", getEvent, { path: { eventId: "$1" } });
    await net.clock.until(events.catch(() => undefined));
    expect(matrixRequests().at(1)!.body).toBeUndefined();
    expect(matrixRequests().at(1)!.headers["authorization"]).toContain('destination="b.org"');
  });

  it("go to another address only if the first takes no connection", async () => {
    net.hosts.set("b.org", ["93.184.216.34", "93.184.216.35"]);
    net.down.add("93.184.216.34");
    answering(() => ({ status: 500 }));
    await expect(ask(client())).rejects.toMatchObject({ status: 500 });
    expect(matrixRequests().map(({ address }) => address)).toEqual(["93.184.216.34", "93.184.216.35"]);
  });

  it("are not sent to the own server, nor to private addresses", async () => {
    await expect(client().request("a.org", getVersion, {})).rejects.toMatchObject({ code: "OWN_SERVER" });
    net.add("b.org", "10.0.0.1");
    await expect(ask(client())).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
    expect(net.requests).toEqual([]);
  });

  it("find the server once while the result holds", async () => {
    answering(() => ({}));
    const one = client();
    await ask(one);
    await ask(one);
    expect(net.lookups.filter((name) => name.startsWith("_matrix-fed"))).toHaveLength(1);
    net.clock.advance(5 * minute);
    await ask(one);
    expect(net.lookups.filter((name) => name.startsWith("_matrix-fed"))).toHaveLength(2);
  });

  it("are bounded in number, per server and in all", async () => {
    let running = 0;
    let most = 0;
    answering(async () => {
      most = Math.max(most, ++running);
      await net.clock.sleep(10);
      running--;
      return {};
    });
    net.hosts.set("c.org", ["93.184.216.99"]);
    net.servers.set("c.org", net.servers.get("b.org")!);
    const one = client({ maxConcurrent: 4, maxConcurrentPerServer: 3 });
    const many = (server: string) => Array.from({ length: 10 }, () => one.request(server, getVersion, {}));
    await net.clock.until(Promise.all(many("b.org")));
    expect(most).toBe(3);
    await net.clock.until(Promise.all([...many("b.org"), ...many("c.org")]));
    expect(most).toBe(4);
  });
});

describe("answers", () => {
  it("of an error status are Matrix errors, with the body or without", async () => {
    answering(() => ({ status: 403, body: { errcode: "M_FORBIDDEN", error: "no" } }));
    await expect(ask(client())).rejects.toMatchObject({ name: "MatrixError", errcode: "M_FORBIDDEN", status: 403 });
    answering(() => ({ status: 404, body: "<html>" }));
    await expect(ask(client())).rejects.toMatchObject({ errcode: "M_UNKNOWN", status: 404 });
  });

  it("that are not what they should be are refused", async () => {
    answering(() => ({ body: "<html>" }));
    await expect(ask(client())).rejects.toMatchObject({ code: "MALFORMED_RESPONSE" });
    answering(() => ({ body: { server: 5 } }));
    await expect(ask(client())).rejects.toMatchObject({ code: "INVALID_PAYLOAD" });
    answering(() => ({ status: 302, headers: { location: "https://c.org/" } }));
    await expect(ask(client())).rejects.toMatchObject({ status: 302 });
    expect(net.requests.every(({ certificateName }) => certificateName === "b.org")).toBe(true);
  });

  it("are checked leniently, unless something else is asked for", async () => {
    const chunk = { num_joined_members: 1, room_id: "!r:b.org", world_readable: true, guest_can_join: false };
    answering(() => ({ body: { chunk: [{ ...chunk, name: null }, { room_id: 5 }, chunk] } }));
    const rooms = (from: FederationClient, options?: FederationRequestOptions) =>
      net.clock.until(from.request("b.org", getPublicRooms, { query: {} }, options));
    expect(await rooms(client())).toEqual({ chunk: [chunk, chunk] });
    const strict = { mode: "strict" } as const;
    expect(await rooms(client({ parse: strict }))).toEqual({ chunk: [chunk] });
    await expect(rooms(client(), { parse: { ...strict, invalidItems: "refused" } })).rejects.toThrow("/chunk/0/name");
    const repairs: string[] = [];
    await rooms(client({ parse: strict }), { parse: { mode: "lenient", onRepair: ({ rule }) => repairs.push(rule) } });
    expect(repairs).toEqual(["null"]);
  });

  it("that are too large are left, said or found out", async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1000);
    }
    answering(() => ({ body: endless() }));
    await expect(ask(client(), { maxResponseSizeBytes: 5000 })).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    answering(() => ({ headers: { "content-length": "6000" }, body: endless() }));
    await expect(ask(client(), { maxResponseSizeBytes: 5000 })).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    const mostByDefault = 32 * 1024 * 1024;
    answering(() => ({ headers: { "content-length": `${mostByDefault + 1}` }, body: "{}" }));
    await expect(ask(client())).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    answering(() => ({ headers: { "content-length": `${mostByDefault}` }, body: "{}" }));
    expect(await ask(client())).toEqual({});
    expect(net.abandonedBodies).toBe(3);
  });

  it("that take too long are given up, wherever the time goes", async () => {
    answering(() => new Promise(() => undefined));
    const startedTs = net.clock.now();
    await expect(ask(client(), { timeoutMs: 7000 })).rejects.toMatchObject({ code: "TIMED_OUT" });
    expect(net.clock.now() - startedTs).toBe(7000);
    expect(net.clock.pending).toBe(0);
  });

  it("of an error status are Matrix errors where a file was asked for, from status 400 on", async () => {
    for (const status of [400, 404]) {
      answering(() => ({ status, body: { errcode: "M_TOO_LARGE", error: "no" } }));
      const asked = net.clock.until(client().request("b.org", getContent, { path: { mediaId: "m" } }));
      await expect(asked).rejects.toMatchObject({ errcode: "M_TOO_LARGE", status });
    }
  });

  it("with a file are given as bytes", async () => {
    const body = "--x\r\nContent-Type: application/json\r\n\r\n{}\r\n--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n";
    answering(() => ({ headers: { "content-type": "multipart/mixed; boundary=x" }, body }));
    const { file } = await net.clock.until(client().request("b.org", getContent, { path: { mediaId: "m" } }));
    expect("body" in file && new TextDecoder().decode(file.body)).toBe("hello");
  });
});

describe("backoff", () => {
  it("leaves a failed destination alone, twice as long each time", async () => {
    net.down.add("93.184.216.34");
    const one = client();
    for (const wait of [1, 2, 4, 8]) {
      await expect(ask(one)).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
      await expect(ask(one)).rejects.toMatchObject({ code: "BACKING_OFF", retryAtTs: net.clock.now() + wait * minute });
      net.clock.advance(wait * minute);
    }
  });

  it("ends with an answer, or when the server is heard from", async () => {
    const one = client();
    answering(() => ({ status: 502 }));
    await expect(ask(one)).rejects.toMatchObject({ status: 502 });
    await expect(ask(one)).rejects.toMatchObject({ code: "BACKING_OFF" });
    answering(() => ({ status: 403 }));
    await one.heardFrom("b.org");
    await expect(ask(one)).rejects.toMatchObject({ status: 403 });
    await expect(ask(one)).rejects.toMatchObject({ status: 403 });
  });

  it("counts failures of requests that ran together once, and can be passed over", async () => {
    answering(() => ({ status: 500 }));
    const backoff = new MemoryBackoffStore();
    const one = client({ backoff });
    await net.clock.until(Promise.allSettled(Array.from({ length: 5 }, () => one.request("b.org", getVersion, {}))));
    expect((await backoff.load("b.org"))?.failures).toBe(1);
    await expect(ask(one, { ignoreBackoff: true })).rejects.toMatchObject({ status: 500 });
  });

  it("is not begun for names that are none", async () => {
    const one = client();
    const asked = () => net.clock.until(one.request("no name", getVersion, {}));
    await expect(asked()).rejects.toMatchObject({ code: "INVALID_SERVER_NAME" });
    await expect(asked()).rejects.toMatchObject({ code: "INVALID_SERVER_NAME" });
  });

  it("is not begun by a caller that gives up", async () => {
    const one = client();
    answering(() => new Promise(() => undefined));
    const controller = new AbortController();
    const asked = one.request("b.org", getVersion, {}, { signal: controller.signal });
    setImmediate(() => controller.abort(new Error("enough")));
    await expect(asked).rejects.toThrow("enough");
    answering(() => ({}));
    await ask(one);
  });

  it("grows from a minute to a day, with up to a fifth off", () => {
    expect([1, 2, 3, 11, 12, 1000].map((n) => backoffMs(n, () => 0) / minute)).toEqual([1, 2, 4, 1024, 1440, 1440]);
    expect(backoffMs(1, () => 0.999999)).toBeGreaterThanOrEqual(0.8 * minute);
  });
});

describe("clientKeySource", () => {
  it("asks servers that are left alone otherwise", async () => {
    const one = client();
    answering(() => ({ status: 500 }));
    await expect(ask(one)).rejects.toMatchObject({ status: 500 });
    await expect(ask(one)).rejects.toMatchObject({ code: "BACKING_OFF" });
    await expect(net.clock.until(clientKeySource(one).fetchServerKeys("b.org"))).rejects.toMatchObject({ status: 500 });
    const notary = clientKeySource(one).queryNotary("b.org", { server_keys: {} });
    await expect(net.clock.until(notary)).rejects.toMatchObject({ status: 500 });
  });

  it("refuses key responses of more than 128 KiB", async () => {
    answering(() => ({ body: `{"a":"${"x".repeat(128 * 1024)}"}` }));
    await expect(net.clock.until(clientKeySource(client()).fetchServerKeys("b.org"))).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });
});

const stranger: Endpoint<EmptyObject, EmptyObject> = endpoint({
  id: "stranger",
  method: "POST",
  auth: "signedRequest",
  rateLimited: false,
  history: { unstable: [{ path: "/_matrix/federation/unstable/org.example/x" }] },
  response: EmptyObject,
});

it("takes any endpoint, also one declared elsewhere", async () => {
  answering(({ target, body }) => ({ body: { target, body } }));
  expect(await net.clock.until(client().request("b.org", stranger, {}))).toEqual({
    target: "/_matrix/federation/unstable/org.example/x",
    body: "{}",
  });
});
