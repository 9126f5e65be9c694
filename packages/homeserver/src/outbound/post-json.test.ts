import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAddressPolicy } from "@patrix/federation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postJson } from "./post-json.ts";

let server: Server;
let port = 0;
const received: string[] = [];
const local = createAddressPolicy({ allow: ["127.0.0.0/8", "::1/128"] });

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      received.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${body}`);
      if (request.url === "/large") response.end("x".repeat(70_000));
      else if (request.url === "/redirect") response.writeHead(302, { location: "/elsewhere" }).end("moved");
      else if (request.url === "/break") request.socket.destroy();
      else if (request.url !== "/silent") response.end('{"é":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const post = (path: string, { host = "127.0.0.1", isAllowed = local, signal = new AbortController().signal } = {}) =>
  postJson(new URL(`http://${host}:${port}${path}`), '{"a":1}', { isAllowed, signal });

describe("a request to somebody else", () => {
  it("posts JSON and gives back the answer, redirects as they are", async () => {
    expect(await post("/a?b")).toEqual({ status: 200, text: '{"é":1}' });
    expect(received).toEqual(['POST /a?b application/json {"a":1}']);
    expect(await post("/redirect", { host: "localhost" })).toEqual({ status: 302, text: "moved" });
  });

  it("goes to no address that is not allowed, written as such or looked up", async () => {
    const isAllowed = createAddressPolicy();
    for (const host of ["127.0.0.1", "[::1]", "localhost"])
      await expect(post("/", { host, isAllowed })).rejects.toMatchObject({ name: "OutboundError", code: "ADDRESS_NOT_ALLOWED" });
  });

  it("says when there is no answer, or too much of one", async () => {
    await expect(post("/large")).rejects.toMatchObject({ code: "ANSWER_TOO_LARGE" });
    await expect(post("/break")).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await expect(post("/silent", { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    await expect(post("/", { host: "name.invalid" })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  });
});
