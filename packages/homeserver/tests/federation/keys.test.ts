// The signing keys of other servers: however many servers there seem to be, those that matter are known.
import type { StoredServerKeys } from "@patrix/federation";
import { expect, it } from "vitest";
import { StoredKeys } from "../../src/federation/keys/stored-keys.ts";
import { limits } from "../../src/limits.ts";
import { type PlayedAnswer, testHomeserver, TestNetwork, TestPeer } from "../../src/testing/index.ts";
import { temporaryCore } from "../temporary-core.ts";
import { until } from "./federated.ts";

const keysAt = (fetchedTs: number, more = ""): StoredServerKeys => ({
  keys: { "ed25519:1": { key: more, validUntilTs: fetchedTs + 1_000 } },
  fetchedTs,
  response: {},
});

it("serverKeys: of servers without users here the keys of the newest stay, of others all", async () => {
  await using temporary = await temporaryCore();
  const { core } = temporary;
  await core.users.intern("@user:old.example");
  await core.log.flushed();
  const keys = new StoredKeys(core);
  await keys.save("old.example", keysAt(0));
  const count = limits.serverKeys.value + 100;
  for (let i = 1; i <= count; i++) await keys.save(`made-up-${i}.example`, keysAt(i));
  await core.log.flushed();
  const stored = new StoredKeys(await temporary.restart());
  const present = async (server: string): Promise<boolean> => (await stored.load(server)) !== undefined;
  expect([await present("old.example"), await present(`made-up-${count}.example`), await present("made-up-1.example")]).toEqual([
    true,
    true,
    false,
  ]);
  let kept = 0;
  for (let i = 1; i <= count; i++) kept += Number(await present(`made-up-${i}.example`));
  // It is looked at after every so many.
  expect(kept).toBeGreaterThanOrEqual(limits.serverKeys.value);
  expect(kept).toBeLessThan(limits.serverKeys.value + 64);
});

it("serverKeysBytes: larger keys are not stored", async () => {
  await using temporary = await temporaryCore();
  const keys = new StoredKeys(temporary.core);
  await keys.save("large.example", keysAt(1, "x".repeat(limits.serverKeysBytes.value)));
  await keys.save("small.example", keysAt(1));
  expect(await keys.load("large.example")).toBeDefined();
  await temporary.core.log.flushed();
  const stored = new StoredKeys(await temporary.restart());
  expect([await stored.load("large.example"), await stored.load("small.example")]).toEqual([undefined, keysAt(1)]);
});

it("notaryQueries, waitingNotaryQueries: whoever asks for the keys of many servers gets those that there is time for, and harms no other check", async () => {
  const network = new TestNetwork();
  const config = { client_addresses: { trusted_proxies: ["127.0.0.1/32"] } };
  await using a = await testHomeserver({ serverName: "a.example", network, config });
  const asked = new Set<string>();
  let release = (): void => {};
  const released = new Promise<PlayedAnswer>((resolve) => (release = () => resolve({ status: 404, body: { errcode: "M_NOT_FOUND" } })));
  const servers = Array.from({ length: 400 }, (_, i) => `slow-${i}.example`);
  for (const server of servers) network.play(server, ({ to }) => (asked.add(to), released));
  const query = async (from: number, address: string): Promise<unknown> => {
    const wanted = Object.fromEntries(servers.slice(from, from + 50).map((server) => [server, {}]));
    const response = await fetch(`${a.url}/_matrix/key/v2/query`, {
      method: "POST",
      headers: { "x-forwarded-for": address },
      body: JSON.stringify({ server_keys: wanted }),
    });
    return response.json();
  };
  const slow = [0, 50, 100, 150].map((from) => query(from, "192.0.2.1"));
  await until(async () => asked.size === limits.notaryQueries.value);
  // As soon as so many wait, what is asked for on top is answered without.
  const answers: unknown[] = [];
  let address = 1;
  await until(async () => {
    slow.push(query(200, `198.51.100.${address++}`).then((answer) => answers.push(answer)));
    return answers.length > 0;
  });
  expect(answers[0]).toEqual({ server_keys: [] });
  // The keys of a server that sends a request are had meanwhile.
  const peer = new TestPeer("peer.example", network);
  const { status } = await peer.request(a, "GET", "/_matrix/federation/v1/query/profile?user_id=@nobody:a.example");
  expect(status).toBe(404);
  expect(asked.size).toBe(limits.notaryQueries.value);
  release();
  await Promise.all(slow);
});
