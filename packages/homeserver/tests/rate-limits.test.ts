// How often something may be done, through the default limits or smaller ones.
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";
const roomy = { per_second: 1_000, burst: 100_000 };
const tight = { per_second: 0.001, burst: 3 };

function password(user: string, text: string): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user }, password: text };
}

async function statuses(count: number, ask: (i: number) => Promise<{ readonly status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await ask(i)).status);
  return all;
}

it.each([
  ["GET", "/devices", undefined],
  ["POST", "/keys/query", { device_keys: {} }],
  ["GET", "/sync", undefined],
])("answers 429 to too many %s %s", async (method, path, body) => {
  await using server = await testHomeserver({ config: { rate_limits: { enabled: true, registration: roomy, other: tight } } });
  const { accessToken } = await server.register("alice");
  const ask = (): Promise<{ readonly status: number }> => server.request(method, client + path, body, accessToken);
  expect(await statuses(5, ask)).toEqual([200, 200, 200, 429, 429]);
});

it("counts who proves an identity again and again with those who log in, by user and by address", async () => {
  await using server = await testHomeserver({
    config: { rate_limits: { enabled: true, registration: roomy, other: roomy, login: tight } },
  });
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const guess = (user: TestUser): Promise<{ readonly status: number }> =>
    server.request("DELETE", `${client}/devices/${user.deviceId}`, { auth: password(user.userId, "wrong") }, user.accessToken);
  expect(await statuses(4, () => guess(alice))).toEqual([401, 401, 401, 429]);
  expect(await statuses(1, () => guess(bob))).toEqual([429]);
  expect(await statuses(1, () => server.request("POST", `${client}/login`, password(bob.userId, "secret")))).toEqual([429]);
});

it("stops guesses of one account's password, by login and by proof of identity together, and no others", async () => {
  const rates = { enabled: true, registration: roomy, other: roomy, login: roomy };
  await using server: TestHomeserver = await testHomeserver({ config: { rate_limits: rates } });
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const login = (user: TestUser, text: string): Promise<{ readonly status: number; readonly body: { readonly errcode?: string } }> =>
    server.request("POST", `${client}/login`, password(user.userId, text));
  const half = limits.wrongPasswords.value / 2;
  const first = await Promise.all(Array.from({ length: half }, () => login(alice, "wrong")));
  expect(new Set(first.map(({ status }) => status))).toEqual(new Set([403]));
  const auth = password(alice.userId, "wrong");
  const proof = (): Promise<{ readonly status: number }> =>
    server.request("DELETE", `${client}/devices/${alice.deviceId}`, { auth }, alice.accessToken);
  expect(new Set(await statuses(half - 1, proof))).toEqual(new Set([401]));
  expect((await login(alice, "secret")).status).toBe(200);
  expect((await login(alice, "wrong")).status).toBe(403);
  const refused = await login(alice, "secret");
  expect([refused.status, refused.body.errcode]).toEqual([429, "M_LIMIT_EXCEEDED"]);
  expect((await proof()).status).toBe(429);
  expect((await login(bob, "secret")).status).toBe(200);
});
