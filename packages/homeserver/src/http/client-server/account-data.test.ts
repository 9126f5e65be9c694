import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../testing/index.ts";

let server: TestHomeserver;
let [alice, bob]: TestUser[] = [];
let room = "";
beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
  room = await server.createRoom(alice);
});
afterAll(() => server[Symbol.asyncDispose]());

const asAlice = (method: string, path: string, body?: unknown) => server.requestAs(alice!, method, `/user/${alice!.userId}${path}`, body);
const refusal = async (answer: ReturnType<typeof asAlice>): Promise<unknown> => {
  const { status, body } = await answer;
  return [status, body["errcode"]];
};

describe("tags over HTTP", () => {
  it("are set and removed one by one, and the others stay", async () => {
    const tags = `/rooms/${room}/tags`;
    expect((await asAlice("GET", tags)).body).toEqual({ tags: {} });
    for (const [tag, order] of [
      ["m.favourite", 0.5],
      ["u.work", 0.25],
    ])
      expect(await asAlice("PUT", `${tags}/${tag}`, { order })).toMatchObject({ status: 200, body: {} });
    expect((await asAlice("DELETE", `${tags}/m.favourite`)).body).toEqual({});
    expect((await asAlice("GET", tags)).body).toEqual({ tags: { "u.work": { order: 0.25 } } });
  });

  it("have names of so many bytes", async () => {
    const longest = "t".repeat(limits.tagBytes.value);
    expect((await asAlice("PUT", `/rooms/${room}/tags/${longest}`, {})).status).toBe(200);
    expect(await refusal(asAlice("PUT", `/rooms/${room}/tags/${longest}t`, {}))).toEqual([400, "M_INVALID_PARAM"]);
  });

  it("are none where the account data of their type has another form", async () => {
    const other = await server.createRoom(alice!);
    for (const content of [{ tags: ["a"] }, {}]) {
      await asAlice("PUT", `/rooms/${other}/account_data/m.tag`, content);
      expect((await asAlice("GET", `/rooms/${other}/tags`)).body).toEqual({ tags: {} });
    }
  });
});

describe("account data over HTTP", () => {
  it("are the user's own, for the account and for a room that the server knows", async () => {
    expect(await asAlice("PUT", "/account_data/a", { n: 1 })).toMatchObject({ status: 200, body: {} });
    expect(await asAlice("PUT", `/rooms/${room}/account_data/a`, { n: 2 })).toMatchObject({ status: 200, body: {} });
    expect((await asAlice("GET", "/account_data/a")).body).toEqual({ n: 1 });
    expect((await asAlice("GET", `/rooms/${room}/account_data/a`)).body).toEqual({ n: 2 });
    for (const path of ["/account_data/b", `/rooms/${room}/account_data/b`, "/rooms/!no:localhost/account_data/a", "/filter/99"])
      expect([path, await refusal(asAlice("GET", path))]).toEqual([path, [404, "M_NOT_FOUND"]]);
    for (const path of ["/rooms/!no:localhost/account_data/a", "/rooms/!no:localhost/tags/a"])
      expect([path, await refusal(asAlice("PUT", path, {}))]).toEqual([path, [404, "M_NOT_FOUND"]]);
  });

  it("of the types that the server manages are not set", async () => {
    for (const path of ["", `/rooms/${room}`])
      for (const type of ["m.fully_read", "m.push_rules"])
        expect(await refusal(asAlice("PUT", `${path}/account_data/${type}`, {}))).toEqual([405, "M_BAD_JSON"]);
  });

  it("are neither read nor changed by others", async () => {
    await asAlice("PUT", "/account_data/a", { n: 1 });
    await asAlice("PUT", `/rooms/${room}/account_data/a`, { n: 2 });
    const { filter_id: filter } = (await asAlice("POST", "/filter", {})).body;
    const asBob = (method: string, path: string, body?: unknown) => server.requestAs(bob!, method, `/user/${alice!.userId}${path}`, body);
    const tags = `/rooms/${room}/tags`;
    for (const path of ["/account_data/a", `/rooms/${room}/account_data/a`, tags, `/filter/${filter}`])
      expect([path, await refusal(asBob("GET", path))]).toEqual([path, [403, "M_FORBIDDEN"]]);
    for (const path of ["/account_data/a", `/rooms/${room}/account_data/a`, `${tags}/x`])
      expect([path, await refusal(asBob("PUT", path, {}))]).toEqual([path, [403, "M_FORBIDDEN"]]);
    expect(await refusal(asBob("DELETE", `${tags}/x`))).toEqual([403, "M_FORBIDDEN"]);
    expect(await refusal(asBob("POST", "/filter", {}))).toEqual([403, "M_FORBIDDEN"]);
    expect(await refusal(asBob("POST", "/openid/request_token", {}))).toEqual([403, "M_FORBIDDEN"]);
  });
});
