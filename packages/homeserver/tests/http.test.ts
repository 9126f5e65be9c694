import { describe, expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

describe("the HTTP server", () => {
  it("answers OPTIONS everywhere and HEAD where GET is, with CORS", async () => {
    await using server = await testHomeserver();
    for (const path of ["/_matrix/client/versions", `${client}/login`, "/_matrix/client/unstable/unknown"]) {
      const answer = await fetch(server.url + path, { method: "OPTIONS" });
      expect(answer.status).toBe(204);
      expect(answer.headers.get("access-control-allow-headers")).toMatch(/Authorization/);
    }
    const head = await fetch(`${server.url}/_matrix/client/versions`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(Number(head.headers.get("content-length"))).toBeGreaterThan(0);
  });

  it("serves older paths, and takes the token from the query", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const answer = await server.request("GET", `/_matrix/client/r0/account/whoami?access_token=${alice.accessToken}`);
    expect(answer.body.user_id).toBe(alice.userId);
    const backup = await server.request("GET", "/_matrix/client/r0/room_keys/version", undefined, alice.accessToken);
    expect(backup.body.errcode).toBe("M_NOT_FOUND");
  });

  it("ends waiting requests when it stops", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { next_batch: since } = (await server.request("GET", `${client}/sync`, undefined, alice.accessToken)).body;
    const waiting = server.request("GET", `${client}/sync?since=${since}&timeout=60000`, undefined, alice.accessToken).then(
      ({ status }) => status,
      () => "cut off",
    );
    // An answered request of the same kind shows that the first is under way.
    await server.request("GET", `${client}/sync?since=${since}&timeout=0`, undefined, alice.accessToken);
    await server.stop();
    expect([200, "cut off"]).toContain(await waiting);
    await expect(fetch(server.url)).rejects.toThrow();
  });

  it("shows people a page that loads nothing from elsewhere", async () => {
    await using server = await testHomeserver({ serverName: "example.org" });
    const page = await fetch(server.url);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    const html = await page.text();
    expect(html).toContain("@name:example.org");
    expect(html).not.toMatch(/src=|href=|url\(|@import/);
  });

  it("tells clients where it is and what it serves", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    expect((await server.request("GET", "/.well-known/matrix/client")).body).toEqual({ "m.homeserver": { base_url: server.url } });
    expect((await server.request("GET", "/_matrix/client/versions")).body.versions).toContain("v1.19");
    const { capabilities } = (await server.request("GET", `${client}/capabilities`, undefined, accessToken)).body;
    expect(capabilities?.["m.room_versions"]?.["available"]?.["12"]).toBe("stable");
    expect((await server.request("GET", `${client}/voip/turnServer`, undefined, accessToken)).body).toEqual({});
    expect((await server.request("GET", `${client}/thirdparty/protocols`, undefined, accessToken)).body).toEqual({});
  });
});
