import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRoomVersionRules } from "@patrix/room-versions";
import { type TestHomeserver, testHomeserver, TestNetwork, TestPeer, type TestUser } from "@patrix/homeserver/testing";
import { signingKeyFromSeed } from "@patrix/signatures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authority, type KeyServer, publish, startKeyServer } from "./key-server.ts";
import { run } from "./run.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "patrix-cli-federated-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes the config of a homeserver whose data are in the folder. */
function configFile(more: object = {}): string {
  const path = join(folder, "patrix.json");
  writeFileSync(path, JSON.stringify({ server_name: "a.example", data_dir: folder, ...more }));
  return path;
}

describe("a homeserver that sends to another one", () => {
  const rules = getRoomVersionRules("11")!;
  let network: TestNetwork;
  let a: TestHomeserver;
  let alice: TestUser;
  let peer: TestPeer;
  let room: string;
  beforeEach(async () => {
    network = new TestNetwork();
    a = await testHomeserver({ serverName: "a.example", network, dataDir: folder, config: { admins: ["@alice:a.example"] } });
    alice = await a.register("alice");
    room = await a.createRoom(alice, { room_version: "11" });
    peer = new TestPeer("peer.example", network);
    await peer.join(a, room, "@eve:peer.example", rules, "11");
  });
  afterEach(() => a[Symbol.asyncDispose]());

  const say = (body: string): Promise<unknown> =>
    a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });
  const status = (...more: string[]): ReturnType<typeof run> => run(["federation", "status", "--config", configFile(), ...more]);
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    for (let i = 0; !(await isSo()); i++) {
      if (i > 200) throw new Error("it has not come so");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it("is shown with whether that answers, while it runs, and tries again when it is told to", async () => {
    let tries = 0;
    network.fault = ({ target }) => (target.includes("/send/") ? (tries++, "lost") : undefined);
    await say("first");
    await until(async () => tries >= 4);
    await say("second");
    await until(async () => (await status()).code === 1);
    const shown = await status("--failing");
    expect(shown.out).toMatch(/^peer\.example: failed \d times, tried again after 20\d\d-\S+, 1 room\n$/);
    expect(shown.err).toBe("1 server, 1 of them do not answer\n");
    expect(JSON.parse((await status("--json", "peer")).out)).toEqual({
      server: "peer.example",
      failures: expect.any(Number),
      retryTs: expect.any(Number),
      waiting: 0,
      waitingBytes: 0,
      rooms: 1,
    });
    expect(await status("other")).toMatchObject({ code: 0, out: "", err: "0 servers, 0 of them do not answer\n" });

    network.fault = undefined;
    peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
    const env = { PATRIX_ACCESS_TOKEN: alice.accessToken };
    const retried = await run(["federation", "retry", "peer.example", "--url", a.url], "", env);
    expect(retried).toEqual({ code: 0, out: "", err: "peer.example is tried again\n" });
    await until(async () => peer.requests.some(({ body }) => body?.includes('"first"') === true));
    await say("third");
    await until(async () => (await status()).code === 0);
    expect((await status()).out).toBe("peer.example: answers, 1 room\n");
  });

  it("says in a line why a server is not tried again", async () => {
    const retry = (env: Record<string, string>, ...more: string[]): ReturnType<typeof run> =>
      run(["federation", "retry", "peer.example", ...more], "", env);
    const bob = await a.register("bob");
    expect(await retry({}, "--url", a.url)).toMatchObject({ code: 2, err: expect.stringContaining("PATRIX_ACCESS_TOKEN") });
    expect(await retry({ PATRIX_ACCESS_TOKEN: bob.accessToken }, "--url", a.url)).toMatchObject({
      code: 2,
      err: expect.stringContaining("403: only administrators"),
    });
    const nobody = configFile({ listeners: [{ host: "0.0.0.0", port: 1 }] });
    const unreached = await retry({ PATRIX_ACCESS_TOKEN: alice.accessToken }, "--config", nobody);
    expect(unreached).toMatchObject({ code: 2, err: expect.stringContaining("http://127.0.0.1:1 does not answer") });
    expect(await run(["federation", "retry", "no server"])).toMatchObject({ code: 1, err: expect.stringContaining("not a server name") });
    expect(await run(["federation", "status", "--config", join(folder, "none.yaml")])).toMatchObject({ code: 2 });
  });
});

describe("patrix federation check", () => {
  const key = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:k1");
  let other: KeyServer;
  let reached: string[];
  /** What the server answers to what is signed. */
  let answer: { status: number; body: unknown };
  beforeEach(async () => {
    other = await startKeyServer(key);
    answer = { status: 404, body: { errcode: "M_NOT_FOUND", error: "nobody" } };
    other.answer = (path) => {
      if (path.includes("/version")) return { body: { server: { name: "Other", version: "1.2" } } };
      return path.includes("/query/profile") ? answer : { body: publish(other.name, key) };
    };
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, authority);
    reached = ["--allow-private", "--ca", ca];
  });
  afterEach(() => other[Symbol.asyncDispose]());

  it("tells what a server is, and whether it takes requests of this homeserver", async () => {
    const check = (...more: string[]): ReturnType<typeof run> => run(["federation", "check", other.name, ...reached, ...more]);
    const plain = await check();
    expect(plain).toMatchObject({ code: 0, err: "" });
    expect(plain.out).toMatch(/^key {7}ed25519:k1 [^]*\nversion {3}Other 1\.2\n$/m);
    expect(other.asked.some((path) => path.includes("/query/profile"))).toBe(false);

    const config = ["--config", configFile()];
    expect(await check(...config)).toMatchObject({ code: 2, err: expect.stringContaining("start the homeserver once") });
    writeFileSync(join(folder, "signing.key"), "no key");
    expect(await check(...config)).toMatchObject({ code: 1, err: expect.stringContaining("INVALID_KEY_FILE") });
    writeFileSync(join(folder, "signing.key"), "ed25519 own YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1\n");
    expect((await check(...config)).out).toContain("requests  of a.example are taken\n");
    answer = { status: 401, body: { errcode: "M_UNAUTHORIZED", error: "no keys" } };
    const refused = await check(...config, "--json");
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("does not take requests of this homeserver") });
    expect(JSON.parse(refused.out)).toMatchObject({ version: "Other 1.2", takesRequests: false, keys: { server: other.name } });
  });

  it("says what keeps a server from being reached", async () => {
    expect(await run(["federation", "check", "127.0.0.1:8448"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("--allow-private"),
    });
    expect(await run(["federation", "check", "no server"])).toMatchObject({ code: 1, err: expect.stringContaining("not a server name") });
    other.answer = (path) => (path.includes("/version") ? { status: 500, body: {} } : { body: publish(other.name, key) });
    expect(await run(["federation", "check", other.name, ...reached])).toMatchObject({
      code: 1,
      err: expect.stringContaining("status 500"),
    });
  });
});
