import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const sent: unknown[] = [];
const homeserver = createServer((request, response) => {
  void json(request).then((body) => {
    sent.push([request.method, request.url, request.headers.authorization, body]);
    response.end('{"event_id":"$pong"}');
  });
});
let url = "";
let close = (): void => {};

beforeAll(async () => {
  await once(homeserver.listen(0, "127.0.0.1"), "listening");
  vi.stubEnv("HOMESERVER", `http://127.0.0.1:${(homeserver.address() as AddressInfo).port}`);
  vi.stubEnv("AS_TOKEN", "as-secret");
  vi.stubEnv("HS_TOKEN", "hs-secret");
  vi.stubEnv("PORT", "0");
  const { server } = await import("../src/main.ts");
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => {
  close();
  homeserver.close();
});

async function call(method: string, path: string, body?: string, token = "hs-secret"): Promise<unknown[]> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/_matrix/app/v1${path}`, { method, headers, ...(body !== undefined && { body }) });
  return [answer.status, await answer.json()];
}

it("answers a command once, however often the homeserver delivers it", async () => {
  const event = {
    type: "m.room.message",
    event_id: "$ping",
    room_id: "!a:b",
    sender: "@alice:localhost",
    origin_server_ts: 1,
    content: { body: "!ping" },
  };
  const transaction = JSON.stringify({ events: [event, { ...event, event_id: "$other", content: { body: "hello" } }] });
  for (let i = 0; i < 2; i++) expect(await call("PUT", "/transactions/1", transaction)).toEqual([200, {}]);
  const path = "/_matrix/client/v3/rooms/!a%3Ab/send/m.room.message/%24ping";
  expect(sent).toEqual([["PUT", path, "Bearer as-secret", { msgtype: "m.text", body: "pong" }]]);
});

it("knows its own users, and nobody but its homeserver may ask", async () => {
  expect(await call("GET", "/users/@_ghost_alice:localhost")).toEqual([200, {}]);
  expect(await call("GET", "/users/@alice:localhost")).toEqual([404, expect.objectContaining({ errcode: "M_NOT_FOUND" })]);
  expect(await call("GET", "/users/@_ghost_alice:localhost", undefined, "guess")).toEqual([
    403,
    expect.objectContaining({ errcode: "M_FORBIDDEN" }),
  ]);
});

const examples = new URL("../../../../shared/spec/examples/endpoints/application-service/", import.meta.url);
it.skipIf(!existsSync(examples))("takes the requests that the specification shows", async () => {
  const read = (name: string): string => readFileSync(new URL(name, examples), "utf8");
  expect(await call("PUT", "/transactions/2", read("sendTransaction.request.json"))).toEqual([200, {}]);
  expect(await call("POST", "/ping", read("ping.request.json"))).toEqual([200, {}]);
});
