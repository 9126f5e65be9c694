import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryDatabase } from "./query-database.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

/** A room whose version a later release has written, or a server that moved in. */
describe("a room of an unknown version", () => {
  let dataDir: string;
  let server: TestHomeserver;
  let alice: TestUser;
  let room: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "patrix-"));
    const before = await testHomeserver({ dataDir });
    alice = await before.register("alice");
    const created = await before.request("POST", `${client}/createRoom`, { name: "Attic" }, alice.accessToken);
    room = String(created.body["room_id"]);
    const path = `${client}/rooms/${room}/send/m.room.message/1`;
    await before.request("PUT", path, { msgtype: "m.text", body: "old words" }, alice.accessToken);
    await before[Symbol.asyncDispose]();
    await queryDatabase(dataDir, "update rooms set version = 'org.example.99'");
    server = await testHomeserver({ dataDir });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });

  it("stops no start, and can be read", async () => {
    const sync = await server.request("GET", `${client}/sync`, undefined, alice.accessToken);
    expect(JSON.stringify(sync.body["rooms"]?.join?.[room])).toContain("old words");
    const page = await server.request("GET", `${client}/rooms/${room}/messages?dir=b`, undefined, alice.accessToken);
    expect(JSON.stringify(page.body)).toContain("old words");
    const name = await server.request("GET", `${client}/rooms/${room}/state/m.room.name`, undefined, alice.accessToken);
    expect(name.body).toEqual({ name: "Attic" });
  });

  it.each([
    ["PUT", "/send/m.room.message/2", { msgtype: "m.text", body: "new words" }],
    ["PUT", "/state/m.room.topic", { topic: "dust" }],
    ["POST", "/leave", {}],
    ["POST", "/invite", { user_id: "@bob:localhost" }],
  ])("is not written to: %s %s", async (method, path, body) => {
    const { status, body: answer } = await server.request(method, `${client}/rooms/${room}${path}`, body, alice.accessToken);
    expect([status, answer.errcode]).toEqual([400, "M_UNSUPPORTED_ROOM_VERSION"]);
    expect(answer.error).toContain("org.example.99");
  });

  it("leaves the others as they are", async () => {
    const created = await server.request("POST", `${client}/createRoom`, {}, alice.accessToken);
    const path = `${client}/rooms/${String(created.body["room_id"])}/send/m.room.message/3`;
    expect((await server.request("PUT", path, { msgtype: "m.text", body: "here" }, alice.accessToken)).status).toBe(200);
  });
});
