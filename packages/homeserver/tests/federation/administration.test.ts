// What administrators see of other servers, and how they have one tried again.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { TestHomeserver, TestNetwork, TestPeer, TestUser } from "../../src/testing/index.ts";
import { serverAndPeer, until } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;

beforeEach(async () => {
  ({ network, a, alice, peer, room } = await serverAndPeer({ config: { admins: ["@alice:a.example"] } }));
});
afterEach(() => a[Symbol.asyncDispose]());

const base = "/_synapse/admin/v1/federation/destinations";
interface Listed {
  readonly destinations: readonly {
    readonly destination: string;
    readonly failures: number;
    readonly retry_ts: number;
    readonly rooms: number;
  }[];
}
const list = async (query = "", token = alice.accessToken): Promise<{ status: number; body: Listed }> =>
  a.request<Listed>("GET", `${base}${query}`, undefined, token);
const say = (body: string): Promise<unknown> =>
  a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });

it("an administrator sees which server does not answer, and has it tried again before its time", async () => {
  let tries = 0;
  network.fault = ({ to, target }) => {
    if (to !== peer.name || !target.includes("/send/")) return undefined;
    tries++;
    return "lost";
  };
  await say("first");
  await until(async () => tries >= 4);
  // What fails is stored with the next commit.
  await say("second");
  await until(async () => (await list()).body.destinations.some(({ failures }) => failures > 0));
  const [listed] = (await list(`?destination=${peer.name}`)).body.destinations;
  expect(listed).toMatchObject({ destination: peer.name, rooms: 1 });
  expect(listed?.retry_ts).toBeGreaterThan(0);
  expect((await list("?destination=other")).body.destinations).toEqual([]);
  expect((await list(`?from=${peer.name}`)).body.destinations).toEqual([]);

  network.fault = undefined;
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  const reset = await a.request("POST", `${base}/${peer.name}/reset_connection`, {}, alice.accessToken);
  expect(reset).toMatchObject({ status: 200, body: {} });
  // It would have waited for four seconds.
  await until(async () => peer.requests.some(({ body }) => body?.includes('"first"') === true), 2_000);
  await say("third");
  await until(async () => (await list()).body.destinations.every(({ failures, retry_ts: retryTs }) => failures === 0 && retryTs === 0));
});

it("nobody else does", async () => {
  const bob = await a.register("bob");
  expect((await list("", bob.accessToken)).status).toBe(403);
  expect((await a.request("POST", `${base}/${peer.name}/reset_connection`, {}, bob.accessToken)).status).toBe(403);
  expect((await a.request("GET", base)).status).toBe(401);
  expect((await a.request("POST", `${base}/no%20server/reset_connection`, {}, alice.accessToken)).status).toBe(400);
});
