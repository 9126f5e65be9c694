import { describe, expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

interface PushRulesSync {
  readonly account_data: {
    readonly events: readonly { readonly content: { readonly global: { readonly content: readonly unknown[] } } }[];
  };
}

const client = "/_matrix/client/v3";

describe("data of a user", () => {
  it("shows a changed display name in the joined rooms", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room_id: room } = (await server.request("POST", `${client}/createRoom`, {}, alice.accessToken)).body;
    await server.request("PUT", `${client}/profile/${alice.userId}/displayname`, { displayname: "Al" }, alice.accessToken);
    // It is shown room by room, after the answer.
    const shown = async (): Promise<unknown> =>
      (await server.request("GET", `${client}/rooms/${room}/state/m.room.member/${alice.userId}`, undefined, alice.accessToken)).body
        .displayname;
    await expect.poll(shown).toBe("Al");
  });

  it("keeps fields of any name in a profile", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const path = `${client}/profile/${alice.userId}/org.example.pronouns`;
    await server.request("PUT", path, { "org.example.pronouns": ["she"] }, alice.accessToken);
    expect((await server.request("GET", path)).body).toEqual({ "org.example.pronouns": ["she"] });
    await server.request("DELETE", path, undefined, alice.accessToken);
    expect((await server.request("GET", path)).status).toBe(404);
  });

  it("stores filters, the same one under the same ID", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const path = `${client}/user/${alice.userId}/filter`;
    const filter = { room: { timeline: { limit: 3 } } };
    const [a, b] = await Promise.all([
      server.request("POST", path, filter, alice.accessToken),
      server.request("POST", path, filter, alice.accessToken),
    ]);
    expect(a.body).toEqual(b.body);
    expect((await server.request("GET", `${path}/${a.body.filter_id}`, undefined, alice.accessToken)).body).toEqual(filter);
  });

  it("keeps tags, and wakes a waiting sync with account data", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const { room_id: room } = (await server.request("POST", `${client}/createRoom`, {}, alice.accessToken)).body;
    const { next_batch: since } = (await server.request("GET", `${client}/sync`, undefined, alice.accessToken)).body;
    const waiting = server.request("GET", `${client}/sync?since=${since}&timeout=20000`, undefined, alice.accessToken);
    const tags = `${client}/user/${alice.userId}/rooms/${room}/tags`;
    await server.request("PUT", `${tags}/m.favourite`, { order: 0.5 }, alice.accessToken);
    expect((await waiting).body["rooms"]?.["join"]?.[room!]?.["account_data"]?.["events"]).toEqual([
      { type: "m.tag", content: { tags: { "m.favourite": { order: 0.5 } } } },
    ]);
    await server.request("DELETE", `${tags}/m.favourite`, undefined, alice.accessToken);
    expect((await server.request("GET", tags, undefined, alice.accessToken)).body).toEqual({ tags: {} });
  });

  it("changes push rules, which sync shows", async () => {
    await using server = await testHomeserver();
    const alice = await server.register("alice");
    const rule = `${client}/pushrules/global/content/cake`;
    await server.request("PUT", rule, { pattern: "cake", actions: ["notify"] }, alice.accessToken);
    await server.request("PUT", `${rule}/enabled`, { enabled: false }, alice.accessToken);
    await server.request("PUT", `${rule}/actions`, { actions: [] }, alice.accessToken);
    const expected = { rule_id: "cake", default: false, enabled: false, pattern: "cake", actions: [] };
    expect((await server.request("GET", rule, undefined, alice.accessToken)).body).toEqual(expected);
    const sync = await server.request<PushRulesSync>("GET", `${client}/sync`, undefined, alice.accessToken);
    expect(sync.body.account_data.events[0]!.content.global.content[0]).toEqual(expected);
    expect((await server.request("DELETE", rule, undefined, alice.accessToken)).status).toBe(200);
    expect((await server.request("GET", rule, undefined, alice.accessToken)).status).toBe(404);
  });

  it("tells a waiting sync at once that its device was logged out", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    const { body } = await server.request("GET", `${client}/sync`, undefined, accessToken);
    const waiting = server.request("GET", `${client}/sync?timeout=60000&since=${body["next_batch"]}`, undefined, accessToken);
    await server.request("GET", `${client}/account/whoami`, undefined, accessToken);
    await server.request("POST", `${client}/logout`, {}, accessToken);
    expect(await waiting).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
  });
});
