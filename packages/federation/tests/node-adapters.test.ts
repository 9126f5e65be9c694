import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { getVersion } from "@patrix/federation-api";
import { signingKeyFromSeed } from "@patrix/signatures";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAddressPolicy } from "../src/addresses/address-policy.ts";
import { FederationClient } from "../src/client/federation-client.ts";
import { nodeDns } from "../src/node/node-dns.ts";
import { NodeHttpsConnector } from "../src/node/node-https.ts";
import { nodeClock } from "../src/node/node-clock.ts";
import type { HttpsRequest, HttpsResponse } from "../src/ports/https.ts";
import { readBody } from "../src/ports/read-body.ts";
import { makeCertificate } from "@patrix/federation/testing";
import { startNameServer } from "./name-server.ts";

const certificate = makeCertificate(["matrix.test", "127.0.0.1"]);
let server: Server;
let port: number;
let sockets: Set<Socket>;
let serverNames: unknown[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let connector: NodeHttpsConnector;

beforeAll(async () => {
  sockets = new Set();
  server = createServer({ ...certificate }, (request, response) => answer(request, response));
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    serverNames.push("servername" in socket ? socket.servername : undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  serverNames = [];
  connector = new NodeHttpsConnector({ extraCa: [certificate.cert] });
  answer = (request, response) => response.end(JSON.stringify({ host: request.headers.host, method: request.method, url: request.url }));
});
afterEach(() => connector[Symbol.asyncDispose]());
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const send = (changes: Partial<HttpsRequest> = {}, by = connector): Promise<HttpsResponse> =>
  by.send({
    address: "127.0.0.1",
    port,
    certificateName: "matrix.test",
    hostHeader: "delegated.test",
    method: "GET",
    target: "/_matrix/x?y=%20",
    headers: {},
    signal: new AbortController().signal,
    ...changes,
  });
const read = async (response: HttpsResponse) => new TextDecoder().decode(await readBody(response, 1_000_000, new AbortController().signal));

describe("NodeHttpsConnector", () => {
  it("connects to the address it is given, with the name in TLS and the host in HTTP", async () => {
    expect(JSON.parse(await read(await send()))).toEqual({ host: "delegated.test", method: "GET", url: "/_matrix/x?y=%20" });
    expect(serverNames).toEqual(["matrix.test"]);
  });

  it("sends bodies, in text and in bytes", async () => {
    answer = (request, response) => void request.pipe(response);
    expect(await read(await send({ method: "PUT", body: "grüße" }))).toBe("grüße");
    expect(await read(await send({ method: "PUT", body: new Uint8Array([104, 105]) }))).toBe("hi");
  });

  it("uses a connection again", async () => {
    await read(await send());
    // The connection is given back on the turn after the end of the response.
    await new Promise((resolve) => setImmediate(resolve));
    await read(await send());
    expect(serverNames).toHaveLength(1);
  });

  it("checks the certificate against addresses, for which it sends no name", async () => {
    await read(await send({ certificateName: "127.0.0.1" }));
    expect(serverNames).toEqual([false]);
    await expect(send({ certificateName: "127.0.0.2" })).rejects.toMatchObject({ code: "CERTIFICATE_NOT_VALID" });
  });

  it("refuses a certificate of another name, and one of an unknown authority, before anything is sent", async () => {
    let requests = 0;
    answer = (_, response) => {
      requests++;
      response.end();
    };
    await expect(send({ certificateName: "other.test" })).rejects.toMatchObject({ code: "CERTIFICATE_NOT_VALID" });
    const untrusting = new NodeHttpsConnector();
    await expect(send({}, untrusting)).rejects.toMatchObject({ code: "CERTIFICATE_NOT_VALID" });
    await untrusting[Symbol.asyncDispose]();
    expect(requests).toBe(0);
  });

  it("refuses header bombs", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "x-bomb": "x".repeat(20_000) });
      response.end();
    };
    await expect(send()).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });

  it("follows no redirect", async () => {
    answer = (_, response) => response.writeHead(302, { location: "https://127.0.0.1/" }).end();
    expect((await send()).status).toBe(302);
  });

  it("closes the connection of a body that is not read to its end", async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.socket.once("close", () => resolve());
        response.write("x".repeat(100_000));
      };
    });
    await expect(readBody(await send(), 1000, new AbortController().signal)).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    await closed;
    const closedUnread = new Promise<void>((resolve) => {
      answer = (request, response) => {
        request.socket.once("close", () => resolve());
        response.write("x");
      };
    });
    await (await send()).body[Symbol.asyncIterator]().return?.();
    await closedUnread;
  });

  it("gives up with the signal's reason, waiting and reading", async () => {
    const waiting = new AbortController();
    answer = () => waiting.abort(new Error("enough"));
    await expect(send({ signal: waiting.signal })).rejects.toThrow("enough");
    const reading = new AbortController();
    answer = (_, response) => void response.write("x");
    const response = await send({ signal: reading.signal });
    const body = readBody(response, 1000, reading.signal);
    reading.abort(new Error("enough"));
    await expect(body).rejects.toThrow("enough");
  });

  it("tells what failed before anything was sent from what broke after", async () => {
    answer = (request) => request.socket.destroy();
    await expect(send()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    const closed = createTcpServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(closed, "listening");
    await expect(send({ port: (closed.address() as AddressInfo).port })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    const { port: freed } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await expect(send({ port: freed })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  });

  it("waits only so long for a connection", async () => {
    const silent = createTcpServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const hasty = new NodeHttpsConnector({ connectTimeoutMs: 50 });
    await expect(send({ port: (silent.address() as AddressInfo).port }, hasty)).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    silent.close();
    await hasty[Symbol.asyncDispose]();
  });
});

describe("nodeDns", () => {
  it("finds what the hosts file has", async () => {
    expect(await nodeDns().lookup("localhost", new AbortController().signal)).toContain("127.0.0.1");
  });

  it("finds service records, an empty list where there are none, and tells that from a failure", async () => {
    const record = { priority: 10, weight: 5, port: 8448, target: "fed.matrix.test" };
    const nameServer = await startNameServer({
      "_matrix-fed._tcp.a.test": [record, { ...record, port: 443 }],
      "x.b.test": [],
      "x.c.test": "fail",
    });
    const dns = nodeDns({ servers: [`127.0.0.1:${nameServer.address().port}`] });
    const { signal } = new AbortController();
    expect(await dns.resolveSrv("_matrix-fed._tcp.a.test", signal)).toEqual([record, { ...record, port: 443 }]);
    expect(await dns.resolveSrv("x.b.test", signal)).toEqual([]);
    expect(await dns.resolveSrv("x.nowhere.test", signal)).toEqual([]);
    await expect(dns.resolveSrv("x.c.test", signal)).rejects.toThrow(/ESERVFAIL/);
    nameServer.close();
  });

  it("stops when it is told to", async () => {
    const controller = new AbortController();
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    const dns = nodeDns({ servers: [`127.0.0.1:${silent.address().port}`] });
    const found = dns.resolveSrv("_matrix-fed._tcp.matrix.test", controller.signal);
    controller.abort();
    await expect(found).rejects.toThrow(/ECANCELLED/);
    silent.close();
  });
});

describe("nodeClock", () => {
  it("sleeps, and wakes with the signal's reason", async () => {
    const before = nodeClock.now();
    await nodeClock.sleep(5);
    expect(nodeClock.now()).toBeGreaterThan(before);
    const controller = new AbortController();
    const sleep = nodeClock.sleep(1_000_000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(sleep).rejects.toThrow("enough");
  });
});

it("all together, a client talks to a server on this machine", async () => {
  answer = (_, response) => response.end('{"server":{"name":"here"}}');
  const ports = {
    https: connector,
    dns: nodeDns(),
    clock: nodeClock,
    random: Math.random,
    mayConnect: createAddressPolicy({ allow: ["127.0.0.0/8"] }),
  };
  const client = new FederationClient({ serverName: "a.test", signingKey: signingKeyFromSeed(new Uint8Array(32), "ed25519:a"), ports });
  expect(await client.request(`127.0.0.1:${port}`, getVersion, {})).toEqual({ server: { name: "here" } });
  await expect(
    new FederationClient({
      serverName: "a.test",
      signingKey: signingKeyFromSeed(new Uint8Array(32), "ed25519:a"),
      ports: { ...ports, mayConnect: createAddressPolicy() },
    }).request(`127.0.0.1:${port}`, getVersion, {}),
  ).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
});
