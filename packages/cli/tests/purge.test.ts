import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestHomeserver, testDatabase, testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { run } from "./run.ts";
import { freePort, serve } from "./serve-process.ts";

let server: TestHomeserver;
let [admin, alice]: TestUser[] = [];
beforeAll(async () => {
  server = await testHomeserver({ config: { admins: ["@admin:localhost"] } });
  [admin, alice] = [await server.register("admin"), await server.register("alice")];
});
afterAll(() => server[Symbol.asyncDispose]());

const who = (): TestUser => alice ?? expect.unreachable();
const asAdmin = (line: readonly string[], stdin = "", isTerminal = false): ReturnType<typeof run> =>
  run([...line, "--url", server.url], stdin, { PATRIX_ACCESS_TOKEN: admin?.accessToken ?? "" }, { isStdinTerminal: isTerminal });

async function filledRoom(messages = 5): Promise<{ room: string; last: string }> {
  const room = await server.createRoom(who(), {});
  let last = "";
  for (let i = 0; i < messages; i++) {
    const { body } = await server.requestAs(who(), "PUT", `/rooms/${room}/send/m.room.message/${i}`, { msgtype: "m.text", body: `m${i}` });
    last = String(body["event_id"]);
  }
  return { room, last };
}

describe("patrix purge history", () => {
  it("counts what would go, asks, and removes it", async () => {
    const { room, last } = await filledRoom();
    const line = ["purge", "history", room, "--before", last];
    expect(await asAdmin([...line, "--dry-run"])).toEqual({ code: 0, out: "", err: "4 events would be removed\n" });
    expect(await asAdmin(line)).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
    expect(await asAdmin(line, "no\n", true)).toMatchObject({ code: 1, err: expect.stringContaining("[yes/no]") });
    expect(await asAdmin([...line, "--dry-run", "--json"])).toMatchObject({ out: '{"events":4}\n' });
    expect(await asAdmin(["admin", ...line], "yes\n", true)).toMatchObject({ code: 0, err: expect.stringContaining("4 events removed\n") });
    expect(await asAdmin(["purge", "history", room, "--before", "2100-01-01", "--yes", "--json"])).toMatchObject({
      code: 0,
      out: expect.stringContaining('"status":"complete"'),
    });
  });

  it.each([
    [["purge", "history", "!a:b"], "--before is needed"],
    [["purge", "history", "a", "--before", "2026-01-01"], "not the ID or alias of a room"],
    [["purge", "history", "!a:b", "--before", "yesterday"], "expected a date"],
    [["purge", "history", "!a:b", "--before", "2026-13-41"], "expected a date"],
    [["purge", "history", "!a:b", "--before", "2026-01-01", "--yes"], "404"],
    [["purge", "room", "a"], "not the ID or alias of a room"],
    [["purge", "room", "!a:b"], "--yes"],
    [["room", "block", "a"], "not the ID or alias of a room"],
  ])("%j says what is wrong", async (line, err) => {
    const outcome = await asAdmin(line);
    expect([outcome.code > 0, outcome.err]).toEqual([true, expect.stringContaining(err)]);
  });
});

describe("patrix purge room", () => {
  it("counts what would go, and removes it; blocked, nobody joins it until that is lifted", async () => {
    const { room } = await filledRoom();
    const counted = await asAdmin(["purge", "room", room, "--dry-run"]);
    expect(counted.err).toMatch(/^1\d events, 1 memberships, 0 aliases and 0 receipts would be removed\n$/);
    const removed = await asAdmin(["purge", "room", room, "--block", "--yes", "--message", "spam"]);
    expect(removed).toMatchObject({ code: 0, err: expect.stringMatching(/^1\d events removed\n$/) });
    const join = async (): Promise<string> => String((await server.requestAs(who(), "POST", `/rooms/${room}/join`, {})).body["error"]);
    expect(await join()).toContain("nobody join");
    expect(await asAdmin(["room", "block", "--lift", room])).toEqual({ code: 0, out: "", err: `${room} can be joined again\n` });
    expect(await join()).not.toContain("nobody join");
    expect(await asAdmin(["room", "block", room])).toEqual({ code: 0, out: "", err: `${room} is blocked\n` });
    expect(await join()).toContain("nobody join");
  });

  it("goes on in a server that was killed meanwhile, and leaves nothing that the check would find", { timeout: 120_000 }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-purge-kill-"));
    const port = await freePort();
    let killed = await serve(dataDir, port, { admins: ["@root:localhost"] });
    const call = async (method: string, path: string, token: string, body?: object): Promise<Record<string, unknown>> => {
      const headers = { "content-type": "application/json", ...(token !== "" && { authorization: `Bearer ${token}` }) };
      const answer = await fetch(killed.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Record<string, unknown>;
    };
    const account = { username: "root", password: "kill me while you purge", auth: { type: "m.login.dummy" } };
    const token = String((await call("POST", "/_matrix/client/v3/register", "", account))["access_token"]);
    const room = String((await call("POST", "/_matrix/client/v3/createRoom", token, {}))["room_id"]);
    for (let i = 0; i < 40; i++)
      await Promise.all(
        Array.from({ length: 50 }, (_, k) =>
          call("PUT", `/_matrix/client/v3/rooms/${room}/send/m.room.message/${i}-${k}`, token, { msgtype: "m.text", body: "x" }),
        ),
      );
    const { delete_id: id } = await call("DELETE", `/_synapse/admin/v2/rooms/${encodeURIComponent(room)}`, token, {});
    const status = (): Promise<Record<string, unknown>> => call("GET", `/_synapse/admin/v2/rooms/delete_status/${String(id)}`, token);
    await vi.waitUntil(async () => Number((await status())["removed_events"]) > 0, { timeout: 20_000, interval: 1 });
    expect((await status())["status"]).toBe("active");
    await killed.kill();
    killed = await serve(dataDir, port, { admins: ["@root:localhost"] });
    await vi.waitUntil(async () => (await status())["status"] === "complete", { timeout: 60_000 });
    await killed.kill();
    const database = await testDatabase(dataDir);
    const url = (database.config as { database?: { url?: string } }).database?.url ?? `sqlite:${join(dataDir, "patrix.db")}`;
    expect(await run(["database", "check", "--database", url])).toMatchObject({ code: 0, out: "" });
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });
});
