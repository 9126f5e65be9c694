import { describe, expect, it } from "vitest";
import { type AnyBody, type TestHomeserver, testHomeserver } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

interface Tokens {
  readonly access: string;
  readonly refresh: string;
  readonly expiresInMs: number;
}

function tokensOf(body: AnyBody): Tokens {
  return { access: String(body["access_token"]), refresh: String(body["refresh_token"]), expiresInMs: Number(body["expires_in_ms"]) };
}

async function login(server: TestHomeserver): Promise<Tokens> {
  await server.register("alice");
  const body = { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" }, password: "secret", refresh_token: true };
  return tokensOf((await server.request("POST", `${client}/login`, body)).body);
}

async function refresh(server: TestHomeserver, { refresh: token }: Tokens): Promise<Tokens> {
  const { status, body } = await server.request("POST", `${client}/refresh`, { refresh_token: token });
  expect(status).toBe(200);
  return tokensOf(body);
}

async function isRefused(server: TestHomeserver, { refresh: token }: Tokens): Promise<boolean> {
  const { status, body } = await server.request("POST", `${client}/refresh`, { refresh_token: token });
  if (status !== 200) expect([status, body["errcode"]]).toEqual([401, "M_UNKNOWN_TOKEN"]);
  return status !== 200;
}

async function whoami(server: TestHomeserver, { access }: Tokens): Promise<number> {
  return (await server.request("GET", `${client}/account/whoami`, undefined, access)).status;
}

describe("a refresh", () => {
  it("leaves the earlier tokens valid until a new one is used", async () => {
    await using server = await testHomeserver();
    const first = await login(server);
    const second = await refresh(server, first);
    expect(await whoami(server, first)).toBe(200);
    // The answer was lost, and the client asks again: what it did not get ends.
    const third = await refresh(server, first);
    expect([await whoami(server, second), await isRefused(server, second)]).toEqual([401, true]);
    expect(await whoami(server, third)).toBe(200);
    expect([await whoami(server, first), await isRefused(server, first)]).toEqual([401, true]);
    expect(await whoami(server, third)).toBe(200);
    expect(await isRefused(server, third)).toBe(false);
  });

  it("ends them as well when the new refresh token is used", async () => {
    await using server = await testHomeserver();
    const first = await login(server);
    const second = await refresh(server, first);
    const third = await refresh(server, second);
    expect([await whoami(server, first), await isRefused(server, first)]).toEqual([401, true]);
    expect(await whoami(server, second)).toBe(200);
    expect(await whoami(server, third)).toBe(200);
    expect(await whoami(server, second)).toBe(401);
  });

  it("gives tokens that end with the device, used or not", async () => {
    await using server = await testHomeserver();
    const first = await login(server);
    const second = await refresh(server, first);
    await server.request("POST", `${client}/logout`, {}, first.access);
    for (const tokens of [first, second]) expect([await whoami(server, tokens), await isRefused(server, tokens)]).toEqual([401, true]);
  });

  it("is asked for softly when the access token has expired", async () => {
    let now = Date.now();
    await using server = await testHomeserver({ clock: { now: () => now } });
    const first = await login(server);
    now += first.expiresInMs;
    const expired = await server.request("GET", `${client}/account/whoami`, undefined, first.access);
    expect([expired.status, expired.body["soft_logout"]]).toEqual([401, true]);
    expect(await whoami(server, await refresh(server, first))).toBe(200);
  });

  it("leaves one pair of tokens, however often the same token is spent at once", async () => {
    await using server = await testHomeserver();
    const first = await login(server);
    const pairs = await Promise.all(Array.from({ length: 10 }, () => refresh(server, first)));
    const statuses = [];
    for (const pair of pairs) statuses.push(await whoami(server, pair));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await whoami(server, first)).toBe(401);
  });
});
