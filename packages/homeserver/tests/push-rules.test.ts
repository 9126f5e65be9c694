import { describe, expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

const rules = "/_matrix/client/v3/pushrules/global";

describe("push rules", () => {
  it("are read by kind, as older clients ask", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    await server.request("PUT", `${rules}/content/cake`, { pattern: "cake", actions: ["notify"] }, accessToken);
    const all = await server.request<Record<string, unknown>>("GET", `${rules}/`, undefined, accessToken);
    for (const kind of ["override", "content", "room", "sender", "underride"])
      for (const path of [`${rules}/${kind}/`, `${rules.replace("v3", "r0")}/${kind}/`])
        expect(await server.request("GET", path, undefined, accessToken)).toMatchObject({ status: 200, body: all.body[kind] ?? [] });
  });

  it("of an unknown kind are not found", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    const missing = { status: 404, body: { errcode: "M_NOT_FOUND" } };
    expect(await server.request("GET", `${rules}/sidereal/`, undefined, accessToken)).toMatchObject(missing);
    expect(await server.request("GET", `${rules}/sidereal/x`, undefined, accessToken)).toMatchObject(missing);
    expect(await server.request("PUT", `${rules}/sidereal/x`, { actions: [] }, accessToken)).toMatchObject(missing);
  });

  it("of a room take any ID, also that of a room whose name is no ID", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    expect((await server.request("PUT", `${rules}/room/spam%23x`, { actions: [] }, accessToken)).status).toBe(200);
    expect((await server.request("GET", `${rules}/room/spam%23x`, undefined, accessToken)).body["rule_id"]).toBe("spam#x");
  });

  it("notify of polls that begin and end, as of messages, and of no vote, until the user says otherwise", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const room = await server.createRoom(alice);
    await server.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}`, {});
    let txn = 0;
    const unreadAfter = async (event: string): Promise<unknown> => {
      const path = `/rooms/${room}/send/org.matrix.msc3381.poll.${event}/${txn++}`;
      expect((await server.requestAs(alice, "PUT", path, {})).status).toBe(200);
      interface Synced {
        rooms: { join: Record<string, { unread_notifications: { notification_count: number } }> };
      }
      const { body } = await server.requestAs<Synced>(bob, "GET", "/sync");
      return body.rooms.join[room]?.unread_notifications.notification_count;
    };
    expect([await unreadAfter("start"), await unreadAfter("response"), await unreadAfter("end")]).toEqual([1, 1, 2]);
    const name = ".org.matrix.msc3930.rule.poll_end_one_to_one";
    expect(await server.requestAs(bob, "GET", `/pushrules/global/underride/${name}`)).toMatchObject({
      body: { default: true, enabled: true, actions: ["notify", { set_tweak: "sound", value: "default" }] },
    });
    for (const rule of [name, name.replace("_one_to_one", "")])
      expect((await server.requestAs(bob, "PUT", `/pushrules/global/underride/${rule}/enabled`, { enabled: false })).status).toBe(200);
    expect(await unreadAfter("end")).toBe(2);
    expect(await server.requestAs(bob, "GET", `/pushrules/global/underride/${name}`)).toMatchObject({ body: { enabled: false } });
  });
});
