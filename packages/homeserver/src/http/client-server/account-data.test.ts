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

  it("are gone when they are deleted or emptied, and whoever syncs hears of that once", async () => {
    const events = async (since?: string) => {
      interface Synced {
        next_batch: string;
        account_data?: { events: { type: string; content: object }[] };
        rooms?: { join: Record<string, { account_data: { events: { type: string; content: object }[] } }> };
      }
      const { body } = await server.requestAs<Synced>(alice!, "GET", since === undefined ? "/sync" : `/sync?since=${since}`);
      const found = [...(body.account_data?.events ?? []), ...(body.rooms?.join[room]?.account_data.events ?? [])];
      return { next: body.next_batch, found: found.filter(({ type }) => type === "gone") };
    };
    for (const path of ["/account_data/gone", `/rooms/${room}/account_data/gone`])
      for (const way of ["DELETE", "PUT"]) {
        await asAlice("PUT", path, { n: 1 });
        const { next, found } = await events();
        expect(found).toEqual([{ type: "gone", content: { n: 1 } }]);
        const at = `/_matrix/client/${way === "PUT" ? "v3" : "unstable/org.matrix.msc3391"}/user/${alice!.userId}${path}`;
        expect((await server.request(way, at, way === "PUT" ? {} : undefined, alice!.accessToken)).status).toBe(200);
        const told = await events(next);
        expect(told.found).toEqual([{ type: "gone", content: {} }]);
        expect([(await events(told.next)).found, (await events()).found]).toEqual([[], []]);
        expect(await refusal(asAlice("GET", path))).toEqual([404, "M_NOT_FOUND"]);
        // What is not there is deleted without a word.
        const again = at.replace("/v3/", "/unstable/org.matrix.msc3391/");
        expect((await server.request("DELETE", again, undefined, alice!.accessToken)).status).toBe(200);
        expect((await events(told.next)).found).toEqual([]);
      }
    const managed = `/_matrix/client/unstable/org.matrix.msc3391/user/${alice!.userId}/account_data/m.push_rules`;
    expect((await server.request("DELETE", managed, undefined, alice!.accessToken)).status).toBe(405);
    expect((await server.request("DELETE", managed, undefined, bob!.accessToken)).status).toBe(403);
  });

  it("about one device go with it", async () => {
    const login = { type: "m.login.password", identifier: { type: "m.id.user", user: "alice" }, password: "secret" };
    const other = (await server.request("POST", "/_matrix/client/v3/login", login)).body;
    const path = (device: string): string => `/account_data/org.matrix.msc3890.local_notification_settings.${device}`;
    for (const device of [other["device_id"] ?? "", alice!.deviceId]) await asAlice("PUT", path(device), { is_silenced: true });
    expect((await server.request("POST", "/_matrix/client/v3/logout", {}, String(other["access_token"]))).status).toBe(200);
    expect(await refusal(asAlice("GET", path(String(other["device_id"]))))).toEqual([404, "M_NOT_FOUND"]);
    expect((await asAlice("GET", path(alice!.deviceId))).status).toBe(200);
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
