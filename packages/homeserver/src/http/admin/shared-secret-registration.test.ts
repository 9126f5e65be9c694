import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { composed } from "../../../tests/remote/compose.ts";

const path = "/_synapse/admin/v1/register";

it("an account that is registered by the shared secret is logged in, and an administrator's where the request says so", async () => {
  await using server = await composed();
  for (const admin of [true, false, undefined]) {
    const { nonce } = (await (await fetch(server.url + path)).json()) as { nonce: string };
    const username = `user-${admin}`;
    const parts = [nonce, username, "secret", admin === true ? "admin" : "notadmin"];
    const mac = createHmac("sha1", "shared").update(parts.join("\0")).digest("hex");
    const body = JSON.stringify({ nonce, username, password: "secret", admin, mac });
    const answer = (await (await fetch(server.url + path, { method: "POST", body })).json()) as Record<string, string>;
    expect(answer).toMatchObject({ user_id: `@${username}:localhost`, home_server: "localhost" });
    const owner = await server.parts.accounts.sessions.ownerOf(answer["access_token"] ?? "");
    expect(owner).toMatchObject({ userId: answer["user_id"], deviceId: answer["device_id"], isAdmin: admin === true });
  }
});

it("a server without a shared secret does not serve the registration by one", async () => {
  await using server = await composed({ config: { registration: { enabled: true } } });
  const answer = await fetch(server.url + path);
  expect([answer.status, ((await answer.json()) as { errcode: string }).errcode]).toEqual([404, "M_UNRECOGNIZED"]);
});
