import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const homeserver = createServer((request, response) => {
  const isKnown = request.url === "/_matrix/federation/v1/openid/userinfo?access_token=openid";
  response.writeHead(isKnown ? 200 : 401, { "content-type": "application/json" });
  response.end(isKnown ? '{"sub":"@alice:localhost"}' : '{"errcode":"M_UNKNOWN_TOKEN","error":"no such token"}');
});
let url = "";
let close = (): void => {};

beforeAll(async () => {
  await once(homeserver.listen(0, "127.0.0.1"), "listening");
  vi.stubEnv("FEDERATION", `http://127.0.0.1:${(homeserver.address() as AddressInfo).port}`);
  vi.stubEnv("ADDRESSES", '{"bob@example.org":"@bob:localhost"}');
  vi.stubEnv("PORT", "0");
  const { server } = await import("../src/main.ts");
  if (!server.listening) await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_matrix/identity/v2`;
  close = () => server.close();
});
afterAll(() => {
  close();
  homeserver.close();
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(method: string, path: string, token?: string, body?: object): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.status, body: (await answer.json()) as Answer["body"] };
}

const register = (token: string): Promise<Answer> =>
  call("POST", "/account/register", undefined, {
    access_token: token,
    token_type: "Bearer",
    matrix_server_name: "localhost",
    expires_in: 3600,
  });

it("finds the user of an address for whom the homeserver vouches", async () => {
  const token = String((await register("openid")).body["token"]);
  expect((await call("GET", "/account", token)).body).toEqual({ user_id: "@alice:localhost" });
  const { lookup_pepper: pepper } = (await call("GET", "/hash_details", token)).body;
  const hash = (name: string): string =>
    createHash("sha256")
      .update(`${name}@example.org email ${String(pepper)}`)
      .digest("base64url");
  const [bob, carol] = [hash("bob"), hash("carol")];
  const lookup = await call("POST", "/lookup", token, { algorithm: "sha256", pepper, addresses: [bob, carol] });
  expect(lookup.body).toEqual({ mappings: { [bob]: "@bob:localhost" } });
});

it("answers nobody else", async () => {
  expect(await call("GET", "")).toEqual({ status: 200, body: {} });
  expect((await register("guess")).body["errcode"]).toBe("M_UNKNOWN_TOKEN");
  for (const token of [undefined, "guess"])
    expect(await call("GET", "/account", token)).toMatchObject({ status: 401, body: { errcode: "M_UNAUTHORIZED" } });
});

it("says that the pepper has changed", async () => {
  const token = String((await register("openid")).body["token"]);
  const old = await call("POST", "/lookup", token, { algorithm: "sha256", pepper: "old", addresses: [] });
  expect(old).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PEPPER", algorithm: "sha256" } });
});
