import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestHomeserver, testDatabase, testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { run } from "./run.ts";

let folder: string;
let server: TestHomeserver;
let alice: TestUser;
let room: string;
let config: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patrix-cli-explain-"));
  server = await testHomeserver({ dataDir: folder });
  alice = await server.register("alice");
  room = await server.createRoom(alice, { room_alias_name: "tea", topic: "\u001B[31mtea" });
  config = join(folder, "patrix.json");
  writeFileSync(config, JSON.stringify({ server_name: "localhost", data_dir: folder, ...(await testDatabase(folder)).config }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const explain = (...line: string[]): ReturnType<typeof run> => run([...line, "--config", config]);

it("explains a room by its ID or alias, also with the word admin in front, while the server runs", async () => {
  for (const line of [
    ["room", "explain", room],
    ["admin", "room", "explain", room],
    ["room", "explain", "#tea:localhost"],
  ]) {
    const { code, out, err } = await explain(...line);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`${room}, room version `);
    expect(out).toContain("ends of the graph: 1\n");
    expect(out).toContain("nothing in conflict\n");
  }
});

it("shows the entries that are asked for, without what could rewrite the screen, and JSON for programs", async () => {
  const { out } = await explain("room", "explain", room, "--type", "m.room.topic");
  expect(out).toContain("entries that are asked for: 1\n");
  expect(out).not.toContain("\u001B");
  const json = JSON.parse((await explain("room", "explain", room, "--json", "--state-key", alice.userId)).out);
  expect(json).toMatchObject({ roomId: room, state: [{ type: "m.room.member", stateKey: alice.userId, content: { membership: "join" } }] });
});

it("says what is wrong", async () => {
  expect(await explain("room", "explain", "!none:localhost")).toMatchObject({ code: 1, err: expect.stringContaining("is not known here") });
  expect(await explain("room", "explain", room, "--at", "$none")).toMatchObject({
    code: 1,
    err: expect.stringContaining("is no event of the room"),
  });
  expect(await explain("room", "explain")).toMatchObject({ code: 2, err: expect.stringContaining("takes ROOM") });
});
