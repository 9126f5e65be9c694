import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const sent: unknown[] = [];
const provider = createServer((request, response) => {
  void json(request).then((message) => {
    sent.push(message);
    response.writeHead((message as { to: string }).to === "gone" ? 410 : 200).end();
  });
});
let url = "";
let close = (): void => {};

beforeAll(async () => {
  await once(provider.listen(0, "127.0.0.1"), "listening");
  vi.stubEnv("PROVIDER", `http://127.0.0.1:${(provider.address() as AddressInfo).port}`);
  vi.stubEnv("PORT", "0");
  const { server } = await import("../src/main.ts");
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_matrix/push/v1/notify`;
  close = () => server.close();
});
afterAll(() => {
  close();
  provider.close();
});

const post = (body: string): Promise<Response> => fetch(url, { method: "POST", body });

it("passes each device's notification on, and rejects the keys that the provider has forgotten", async () => {
  const devices = [
    { app_id: "org.example", pushkey: "here", tweaks: { sound: "bing" } },
    { app_id: "org.example", pushkey: "gone" },
  ];
  const answer = await post(JSON.stringify({ notification: { event_id: "$1", room_id: "!a:b", counts: { unread: 2 }, devices } }));
  expect([answer.status, await answer.json()]).toEqual([200, { rejected: ["gone"] }]);
  expect(sent).toEqual([
    { to: "here", priority: "high", event_id: "$1", room_id: "!a:b", unread: 2, sound: "bing" },
    { to: "gone", priority: "high", event_id: "$1", room_id: "!a:b", unread: 2 },
  ]);
});

it("says what is wrong with a notification", async () => {
  const answer = await post('{"notification":{"devices":[{"app_id":"org.example"}]}}');
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as { error: string }).error).toContain("/notification/devices/0/pushkey");
});

const example = new URL("../../../../shared/spec/examples/endpoints/push-gateway/notify.request.json", import.meta.url);
it.skipIf(!existsSync(example))("takes the request that the specification shows", async () => {
  const answer = await post(readFileSync(example, "utf8"));
  expect([answer.status, await answer.json()]).toEqual([200, { rejected: [] }]);
});
