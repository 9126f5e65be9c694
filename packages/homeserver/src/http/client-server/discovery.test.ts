import { roomVersions } from "@patrix/room-versions";
import { expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";

it("the server tells the versions, features and capabilities that it has, and a contact where it is told one", async () => {
  await using server = await testHomeserver({ config: { admins: ["@root:localhost"] } });
  const alice = await server.register("alice");
  const { body } = await server.request<{ versions: string[]; unstable_features: object }>("GET", "/_matrix/client/versions");
  expect(body.versions).toEqual(["r0.6.1", ...Array.from({ length: 19 }, (_, i) => `v1.${i + 1}`)]);
  const features = Object.values(body.unstable_features);
  expect([features.length > 0, new Set(features)]).toEqual([true, new Set([true])]);
  const { capabilities } = (await server.requestAs<{ capabilities: Record<string, unknown> }>(alice, "GET", "/capabilities")).body;
  const { "m.room_versions": versions, ...others } = capabilities;
  expect(others).toEqual({
    "m.change_password": { enabled: true },
    "m.set_displayname": { enabled: true },
    "m.set_avatar_url": { enabled: true },
    "m.3pid_changes": { enabled: false },
    "m.get_login_token": { enabled: true },
    "org.matrix.msc4140.delayed_events": { max_delay_ms: 86_400_000, max_scheduled: 100 },
    "m.profile_fields": { enabled: true },
  });
  const { default: usual, available } = versions as { readonly default: string; readonly available: Record<string, string> };
  expect(Object.keys(available).toSorted()).toEqual([...roomVersions.keys()].toSorted());
  expect([available[usual], available["1"]]).toEqual(["stable", "stable"]);
  expect((await server.requestAs(alice, "GET", "/voip/turnServer")).body).toEqual({});
  expect((await server.requestAs(alice, "GET", "/thirdparty/protocols")).body).toEqual({});
  const contacts = [{ matrix_id: "@root:localhost", role: "m.role.admin" }];
  expect((await server.request("GET", "/.well-known/matrix/support")).body).toEqual({ contacts });
  expect((await server.request("GET", "/.well-known/matrix/client")).body).toEqual({ "m.homeserver": { base_url: server.url } });
});

it("a server that names no contact has no support file", async () => {
  await using server = await testHomeserver();
  expect(await server.request("GET", "/.well-known/matrix/support")).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
});
