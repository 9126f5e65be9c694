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
});
