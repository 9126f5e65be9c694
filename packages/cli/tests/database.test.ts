import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestHomeserver, testHomeserver, type TestHomeserverOptions } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./run.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "patrix-database-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("patrix database copy", () => {
  it("moves a server with all that it has, and says how many rows and which hashes", async () => {
    const [from, to] = [`sqlite:${join(folder, "from.db")}`, `sqlite:${join(folder, "to.db")}`];
    const at = (url: string): TestHomeserverOptions => ({ dataDir: folder, config: { database: { url } } });
    const before = await testHomeserver(at(from));
    const alice = await before.register("alice");
    const room = await before.createRoom(alice);
    await before.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: "hello" });
    const events = async (server: TestHomeserver): Promise<string[]> => {
      const path = `/rooms/${room}/messages?dir=b&limit=100`;
      const { body } = await server.requestAs<{ chunk: { event_id: string }[] }>(alice, "GET", path);
      return body.chunk.map(({ event_id: id }) => id);
    };
    const history = await events(before);
    expect(history.length).toBeGreaterThan(5);
    const busy = await run(["database", "copy", from, to]);
    expect(busy).toMatchObject({ code: 2, err: expect.stringContaining("in use") });
    await before.stop();
    const { code, out, err } = await run(["database", "copy", from, to]);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/copying events: 0 of \d+ rows[^]*compared users: 1 of 1 rows[^]*the same on both sides/),
    });
    expect(out).toMatch(/^users\t1\t[0-9a-f]{64}$/m);
    await using after = await testHomeserver(at(to));
    expect(await events(after)).toEqual(history);
    const sent = await after.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/2`, { msgtype: "m.text", body: "still here" });
    expect(sent.status).toBe(200);
  });

  it("says in a line what is wrong", async () => {
    const to = `sqlite:${join(folder, "other.db")}`;
    expect(await run(["database", "copy", `sqlite:${join(folder, "none.db")}`, to])).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no file"),
    });
    expect(await run(["database", "copy", "mysql://x", to])).toMatchObject({
      code: 2,
      err: expect.stringContaining("expected sqlite: and a path"),
    });
    expect(await run(["database", "copy", to])).toMatchObject({ code: 2, err: expect.stringContaining("takes FROM TO") });
    const unreachable = await run(["database", "copy", "postgres://me:hush@127.0.0.1:1/x", to]);
    expect(unreachable).toMatchObject({ code: 2, err: expect.stringContaining("cannot be reached") });
    expect(unreachable.err).not.toContain("hush");
  });
});

describe("patrix database check", () => {
  let config = "";
  let database = "";
  beforeAll(async () => {
    const dataDir = join(folder, "checked");
    database = join(dataDir, "patrix.db");
    const server = await testHomeserver({ dataDir, config: { database: { url: `sqlite:${database}` } } });
    const alice = await server.register("alice");
    await server.createRoom(alice);
    await server.request("POST", "/_matrix/media/v3/upload", "a file", alice.accessToken);
    await server.stop();
    config = join(folder, "checked.yaml");
    await writeFile(config, JSON.stringify({ server_name: "localhost", data_dir: dataDir }));
  });

  it("says what it has checked, and that there is nothing to find", async () => {
    const { code, out, err } = await run(["database", "check", "--config", config]);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(/^checked localhost: \d+ tables, \d+ rows, 0 findings\n$/);
    expect(await run(["database", "check", "--database", `sqlite:${database}`])).toEqual({
      code: 0,
      out: "",
      err: expect.stringMatching(/0 findings\nfiles of media were not looked at/),
    });
  });

  it("names table and key of what it finds, for people and for programs, and ends with 1", async () => {
    const broken = join(folder, "broken.db");
    await copyFile(database, broken);
    {
      using connection = new DatabaseSync(broken);
      connection.exec("update memberships set membership = 'ban'");
    }
    const text = await run(["database", "check", "--database", `sqlite:${broken}`]);
    expect({ code: text.code, out: text.out }).toEqual({
      code: 1,
      out: expect.stringMatching(/^memberships room_nid=\d+ user_nid=\d+: membership is ban, and the event says join\n$/),
    });
    const json = await run(["database", "check", "--json", "--database", `sqlite:${broken}`]);
    const [finding, last] = json.out
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each) as Record<string, unknown>);
    expect(json).toMatchObject({ code: 1, err: "" });
    expect(finding).toMatchObject({ kind: "STATE", table: "memberships", key: { user_nid: expect.any(Number) } });
    expect(last).toMatchObject({ summary: { serverName: "localhost", findings: 1, hasCheckedMedia: false, rows: { users: 1 } } });
  });

  it("shows on a terminal how far it is, and takes that away", async () => {
    const { err } = await run(["database", "check", "--config", config], "", {}, { isStderrTerminal: true });
    const [, first, last] = /^\r(.*)checking the files of the database: 0 of 1[^]*\r(.*)checked localhost/.exec(err) ?? [];
    expect([first, last]).toEqual(["\u001B[K", "\u001B[K"]);
  });

  it("ends with 2 where nothing can be checked", async () => {
    expect(await run(["database", "check", "--database", `sqlite:${join(folder, "none.db")}`])).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no file"),
    });
    expect(await run(["database", "check", "--database", "sqlite:x", "--config", "y"])).toMatchObject({ code: 2 });
    expect(await run(["database", "check", "--config", join(folder, "none.yaml")])).toMatchObject({ code: 2 });
  });
});

describe("patrix backup and patrix restore", () => {
  it("bring a running server to another place, and say so", async () => {
    const [dataDir, other] = [join(folder, "source"), join(folder, "target")];
    const configFile = async (name: string, data_dir: string): Promise<string> => {
      const path = join(folder, `${name}.json`);
      await writeFile(path, JSON.stringify({ server_name: "localhost", data_dir }));
      return path;
    };
    const [from, to] = [await configFile("source", dataDir), await configFile("target", other)];
    const backup = join(folder, "backups", "today");
    await using server = await testHomeserver({ dataDir, config: { database: { url: `sqlite:${join(dataDir, "patrix.db")}` } } });
    await server.register("alice");
    const written = await run(["backup", "--config", from, "--to", backup]);
    expect(written).toEqual({
      code: 0,
      out: "",
      err: expect.stringMatching(/^backed up localhost to .*today: \d+ rows, 0 files of media\n$/),
    });
    expect(await run(["backup", "--config", from, "--to", backup])).toMatchObject({
      code: 2,
      err: expect.stringContaining("holds something"),
    });
    expect(await run(["restore", "--config", from, "--from", backup])).toMatchObject({ code: 2, err: expect.stringContaining("in use") });
    const restored = await run(["restore", "--config", to, "--from", backup]);
    expect(restored).toEqual({ code: 0, out: "", err: expect.stringMatching(/^restored localhost as it was at \d{4}-/) });
    expect(await run(["database", "check", "--config", to])).toMatchObject({ code: 0 });
    expect(await run(["restore", "--config", to, "--from", backup])).toMatchObject({
      code: 2,
      err: expect.stringContaining("there already"),
    });
    expect(await run(["restore", "--config", to, "--from", folder])).toMatchObject({
      code: 2,
      err: expect.stringContaining("is no backup"),
    });
    expect(await run(["backup", "--config", from])).toMatchObject({ code: 2, err: expect.stringContaining("--to is needed") });
    expect(await run(["restore", "--config", from])).toMatchObject({ code: 2, err: expect.stringContaining("--from is needed") });
  });
});
