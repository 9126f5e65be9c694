import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { run } from "./run.ts";

let server: TestHomeserver;
let [admin, alice]: TestUser[] = [];
beforeAll(async () => {
  server = await testHomeserver({ config: { admins: ["@admin:localhost"], server_notices: { localpart: "server" } } });
  [admin, alice] = [await server.register("admin"), await server.register("alice")];
});
afterAll(() => server[Symbol.asyncDispose]());

const asAdmin = (line: readonly string[], token = admin?.accessToken ?? ""): ReturnType<typeof run> =>
  run([...line, "--url", server.url], "", { PATRIX_ACCESS_TOKEN: token });
async function upload(content: string): Promise<string> {
  const { body } = await server.request("POST", "/_matrix/media/v3/upload?filename=a.txt", content, alice?.accessToken);
  return String(body["content_uri"]);
}
const download = async (uri: string): Promise<number> =>
  (await server.request("GET", `/_matrix/client/v1/media/download/${uri.slice("mxc://".length)}`, undefined, alice?.accessToken)).status;

describe("patrix media", () => {
  it("lists who has uploaded how much, and the files of a user", async () => {
    const uri = await upload("one");
    const usage = await asAdmin(["media", "usage"]);
    expect(usage).toMatchObject({ code: 0, err: "" });
    expect(usage.out).toMatch(/^@alice:localhost: \d+ files?, \d+ bytes\n$/);
    expect(JSON.parse((await asAdmin(["media", "usage", "--json"])).out)).toMatchObject({ user_id: "@alice:localhost" });
    const list = await asAdmin(["media", "list", "@alice:localhost"]);
    expect(list.out).toContain(`${uri} 20`);
    expect(list.out).toContain("3 bytes, a.txt\n");
    expect(JSON.parse((await asAdmin(["media", "list", "@alice:localhost", "--json"])).out.split("\n")[0] ?? "")).toMatchObject({
      media_length: 3,
    });
    expect(await asAdmin(["media", "list", "@nobody:localhost"])).toMatchObject({ code: 0, out: "" });
  });

  it("lists in pages what is more than one", async () => {
    const bob = await server.register("bob");
    for (let i = 0; i < 120; i++) await server.request("POST", "/_matrix/media/v3/upload", `bob ${i}`, bob.accessToken);
    const { out } = await asAdmin(["media", "list", "@bob:localhost"]);
    expect(new Set(out.trim().split("\n")).size).toBe(120);
    await asAdmin(["media", "delete", "--unused-days", "0"]);
  });

  it("keeps files from everybody, and gives them back", async () => {
    const uri = await upload("bad");
    expect(await asAdmin(["media", "quarantine", uri])).toEqual({ code: 0, out: "", err: `${uri} is in quarantine\n` });
    expect(await download(uri)).toBe(404);
    expect((await asAdmin(["media", "list", "@alice:localhost"])).out).toContain("in quarantine");
    expect(await asAdmin(["media", "quarantine", "--release", uri])).toEqual({ code: 0, out: "", err: `${uri} is released\n` });
    expect(await download(uri)).toBe(200);
  });

  it("removes files that are named, and those that nobody has asked for", async () => {
    const [named, unused] = [await upload("named"), await upload("unused")];
    expect(await asAdmin(["media", "delete", named])).toEqual({ code: 0, out: "", err: `${named} is removed\n` });
    expect([await download(named), await download(unused)]).toEqual([404, 200]);
    const id = unused.slice("mxc://localhost/".length);
    expect((await asAdmin(["media", "delete", "--unused-days", "1"])).err).toBe("0 files removed\n");
    const dry = await asAdmin(["media", "delete", "--unused-days", "0", "--dry-run"]);
    expect([dry.out.includes(id), dry.err]).toEqual([true, expect.stringMatching(/^\d+ files? would be removed\n$/)]);
    expect(await asAdmin(["media", "delete", "--unused-days", "0", "--remote"])).toMatchObject({ code: 0, err: "0 files removed\n" });
    expect(await download(unused)).toBe(200);
    expect((await asAdmin(["media", "delete", "--unused-days", "0"])).out).toContain(id);
    expect(await download(unused)).toBe(404);
  });

  it.each([
    [["media", "delete"], "name files, or say --unused-days"],
    [["media", "delete", "mxc://a/b", "--unused-days", "1"], "name files, or say --unused-days"],
    [["media", "delete", "--unused-days", "soon"], "--unused-days: expected a number of days"],
    [["media", "delete", "mxc://a/b", "--remote"], "go with --unused-days"],
    [["media", "delete", "--unused-days", "1", "--remote", "--dry-run"], "does not go with --remote"],
    [["media", "delete", "https://a/b"], "not the URI of a file"],
    [["media", "quarantine", "a"], "not the URI of a file"],
    [["media", "list", "alice"], "not a user ID"],
    [["media", "quarantine", "mxc://localhost/none"], "404: there is no such media"],
  ])("%j says what is wrong", async (line, err) => {
    const outcome = await asAdmin(line);
    expect([outcome.code > 0, outcome.err]).toEqual([true, expect.stringContaining(err)]);
  });
});

describe("patrix notice", () => {
  it("says something to a user in the name of the server", async () => {
    expect(await asAdmin(["notice", "@alice:localhost", "Back at ten."])).toEqual({ code: 0, out: "", err: "@alice:localhost is told\n" });
    const { body } = await server.requestAs(alice ?? expect.unreachable(), "GET", "/sync");
    expect(JSON.stringify(body)).toContain("@server:localhost");
    expect(JSON.parse((await asAdmin(["notice", "@alice:localhost", "Again.", "--json"])).out)).toMatchObject({
      event_id: expect.stringMatching(/^\$/),
    });
  });

  it("says why it cannot", async () => {
    expect(await asAdmin(["notice", "alice", "x"])).toMatchObject({ code: 1, err: expect.stringContaining("not a user ID") });
    expect(await asAdmin(["notice", "@nobody:localhost", "x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("404: there is no such account"),
    });
    expect(await asAdmin(["notice", "@alice:localhost", "x"], alice?.accessToken)).toMatchObject({
      code: 2,
      err: expect.stringContaining("only administrators"),
    });
    expect(await asAdmin(["notice", "@alice:localhost", "x"], "")).toMatchObject({
      code: 2,
      err: expect.stringContaining("PATRIX_ACCESS_TOKEN"),
    });
  });
});
