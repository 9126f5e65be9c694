// The configuration that the suite is run with starts a server: the suite itself runs by hand.
import { readFileSync } from "node:fs";
import { testHomeserver } from "@patrix/homeserver/testing";
import { expect, it } from "vitest";

it("is started with the settings of entry.sh", async () => {
  const script = readFileSync(new URL("entry.sh", import.meta.url), "utf8");
  const [, json = ""] = /<< JSON\n([^]*?)\nJSON\n/.exec(script) ?? [];
  const text = json.replace("$registrations", "").replace(/\$\{ROOM_VERSION:-(\w+)\}/, "$1");
  // Where it listens and keeps its data, and the certificates that are made before, are the test's own.
  const { listeners, data_dir, server_name, federation, ...settings } = JSON.parse(text) as Record<string, unknown>;
  expect([listeners, data_dir, server_name, federation].every((setting) => setting !== undefined)).toBe(true);
  await using server = await testHomeserver({ config: settings });
  const alice = await server.register("alice");
  expect((await server.requestAs(alice, "GET", "/account/whoami")).body).toMatchObject({ user_id: alice.userId });
});
