import { mkdtemp, rm } from "node:fs/promises";
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
