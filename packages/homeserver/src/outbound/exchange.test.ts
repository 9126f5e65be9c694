import { type Agent, createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { exchange, type StreamedAnswer } from "./exchange.ts";
import { agentFor } from "./request-for.ts";

let server: Server;
let url: URL;
let agent: Agent;
const received: string[] = [];
const connections = new Set<unknown>();

beforeAll(async () => {
  server = createServer((request, response) => {
    connections.add(request.socket);
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (body += chunk));
    request.on("end", () => received.push(`${request.method} ${request.headers["content-length"]} ${body}`));
    if (request.url === "/early") response.writeHead(403, { "content-length": 2 }).end("no");
    else if (request.url === "/redirect") response.writeHead(302, { location: "/" }).end();
    else if (request.url === "/cut") response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
    else if (request.url !== "/silent") request.on("end", () => response.end(body.toUpperCase()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  agent = agentFor(url);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  agent.destroy();
});

async function* twoPieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("ab");
  yield Buffer.from("cd");
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("ab");
  throw new Error("the disk is gone");
}

async function textOf(answer: StreamedAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.read()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const ask = (path: string, body?: AsyncIterable<Uint8Array>, stallMs = 5_000): Promise<StreamedAnswer> =>
  exchange(
    { method: body ? "PUT" : "GET", url: new URL(path, url), headers: body ? { "content-length": "4" } : {}, body },
    { stallMs, agent },
  );

it("sends a body as it comes, with its length, and gives back the answer; connections are used again", async () => {
  for (let i = 0; i < 5; i++) {
    using answer = await ask("/", twoPieces());
    expect([answer.status, await textOf(answer)]).toEqual([200, "ABCD"]);
  }
  expect(received.splice(0)).toEqual(Array.from({ length: 5 }, () => "PUT 4 abcd"));
  expect(connections.size).toBe(1);
  using moved = await ask("/redirect");
  expect(moved.status).toBe(302);
});

it("gives back an answer that comes before the body was taken", async () => {
  using answer = await ask("/early", twoPieces());
  expect([answer.status, await textOf(answer)]).toEqual([403, "no"]);
});

it("fails where nothing answers, the answer is cut off, or the body cannot be read", async () => {
  await expect(ask("/silent", undefined, 30)).rejects.toMatchObject({
    code: "CONNECTION_FAILED",
    message: expect.stringMatching(/nothing has moved for 30 ms/),
  });
  using cut = await ask("/cut");
  await expect(textOf(cut)).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  await expect(ask("/", failing())).rejects.toThrow(/the disk is gone/);
  const nobody = exchange({ method: "GET", url: new URL("http://127.0.0.1:1/"), headers: {} }, { stallMs: 1_000, agent });
  await expect(nobody).rejects.toThrow(/127\.0\.0\.1:1 did not answer \(.*ECONNREFUSED/);
});
