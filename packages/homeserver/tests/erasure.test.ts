import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type AnyBody, testHomeserver, type TestHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";
import { openDevices } from "./composed-devices.ts";

const client = "/_matrix/client/v3";

interface Message {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly content: Record<string, unknown>;
  readonly unsigned?: Record<string, unknown>;
}

function secret(user: TestUser): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: user.userId }, password: "secret" };
}

function deactivate(server: TestHomeserver, user: TestUser, erase?: boolean): Promise<TestResponse<AnyBody>> {
  return server.request("POST", `${client}/account/deactivate`, { auth: secret(user), erase }, user.accessToken);
}

/** A public room that Alice made, in which Bob was and spoke, and which Carol joined after Bob's account had ended. */
async function open(erase: boolean, dataDir?: string) {
  const server = await testHomeserver(dataDir === undefined ? {} : { dataDir });
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  await server.request("PUT", `${client}/profile/${bob.userId}/displayname`, { displayname: "Bobby" }, bob.accessToken);
  const { body } = await server.request("POST", `${client}/createRoom`, { preset: "public_chat" }, alice.accessToken);
  const room = String(body["room_id"]);
  await server.request("POST", `${client}/join/${room}`, {}, bob.accessToken);
  const sent = await server.request(
    "PUT",
    `${client}/rooms/${room}/send/m.room.message/1`,
    { msgtype: "m.text", body: "a secret" },
    bob.accessToken,
  );
  const answered = await server.request(
    "PUT",
    `${client}/rooms/${room}/send/m.room.message/1`,
    { msgtype: "m.text", body: "not one" },
    alice.accessToken,
  );
  const relate = async (relType: string, target: TestResponse<AnyBody>, content: object): Promise<void> => {
    const relation = { "m.relates_to": { rel_type: relType, event_id: target.body["event_id"] } };
    const path = `${client}/rooms/${room}/send/m.room.message/${relType}`;
    expect((await server.request("PUT", path, { ...content, ...relation }, bob.accessToken)).status).toBe(200);
  };
  await relate("m.replace", sent, { body: "* a secret too", "m.new_content": { body: "a secret too" } });
  await relate("m.thread", answered, { body: "a secret in a thread" });
  expect((await deactivate(server, bob, erase)).status).toBe(200);
  const carol = await server.register("carol");
  await server.request("POST", `${client}/join/${room}`, {}, carol.accessToken);
  const messages = async (reader: TestUser): Promise<Message[]> => {
    const path = `${client}/rooms/${room}/messages?dir=b&limit=100`;
    return (await server.request<{ chunk: Message[] }>("GET", path, undefined, reader.accessToken)).body.chunk;
  };
  const timeline = async (reader: TestUser): Promise<Message[]> => {
    const { body: sync } = await server.request<{ rooms: { join: Record<string, { timeline: { events: Message[] } }> } }>(
      "GET",
      `${client}/sync?filter={"room":{"timeline":{"limit":100}}}`,
      undefined,
      reader.accessToken,
    );
    return sync.rooms.join[room]?.timeline.events ?? [];
  };
  const threads = async (reader: TestUser): Promise<Message[]> => {
    const path = `/_matrix/client/v1/rooms/${room}/threads`;
    return (await server.request<{ chunk: Message[] }>("GET", path, undefined, reader.accessToken)).body.chunk;
  };
  const related = async (reader: TestUser): Promise<Message[]> => {
    const path = `/_matrix/client/v1/rooms/${room}/relations/${encodeURIComponent(String(sent.body["event_id"]))}`;
    return (await server.request<{ chunk: Message[] }>("GET", path, undefined, reader.accessToken)).body.chunk;
  };
  const context = async (reader: TestUser): Promise<Message[]> => {
    const path = `${client}/rooms/${room}/context/${encodeURIComponent(String(answered.body["event_id"]))}`;
    const { body: around } = await server.request<Record<string, Message[]>>("GET", path, undefined, reader.accessToken);
    return [...(around["events_before"] ?? []), ...(around["events_after"] ?? [])];
  };
  const event = async (reader: TestUser): Promise<Message[]> => {
    const path = `${client}/rooms/${room}/event/${sent.body["event_id"]}`;
    return [(await server.request<Message>("GET", path, undefined, reader.accessToken)).body];
  };
  return {
    server,
    alice,
    bob,
    carol,
    room,
    readings: [messages, timeline, event, related, context],
    threads,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe("an erased account", () => {
  it("has its messages and name withheld from later readers, by every way to read them", async () => {
    await using world = await open(true);
    const { alice, bob, carol, readings } = world;
    for (const read of readings) {
      const late = await read(carol);
      expect(late.find(({ sender, type }) => sender === bob.userId && type === "m.room.message")).toMatchObject({ content: {} });
      expect(JSON.stringify(late)).not.toMatch(/a secret|Bobby/);
      expect(JSON.stringify(await read(alice))).toContain("a secret");
    }
    expect(JSON.stringify(await readings[0]?.(carol))).toContain("not one");
    const [root] = await world.threads(carol);
    expect(root?.unsigned?.["m.relations"]).toMatchObject({ "m.thread": { count: 1, latest_event: { sender: bob.userId, content: {} } } });
    expect(JSON.stringify(root)).not.toContain("a secret");
    expect(JSON.stringify(await world.threads(alice))).toContain("a secret in a thread");
  });

  it("stays so after a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-erasure-"));
    const { carol, room } = await (async () => {
      await using world = await open(true, dataDir);
      return { carol: world.carol, room: world.room };
    })();
    await using server = await testHomeserver({ dataDir });
    const page = await server.request("GET", `${client}/rooms/${room}/messages?dir=b&limit=100`, undefined, carol.accessToken);
    expect(JSON.stringify(page.body)).toContain("not one");
    expect(JSON.stringify(page.body)).not.toContain("a secret");
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  it("has no profile, and no name in the state of its rooms", async () => {
    await using world = await open(true);
    const { server, bob, carol, room } = world;
    expect((await server.request("GET", `${client}/profile/${bob.userId}`, undefined, carol.accessToken)).status).toBe(404);
    const state = await server.request("GET", `${client}/rooms/${room}/state`, undefined, carol.accessToken);
    expect(JSON.stringify(state.body)).not.toContain("Bobby");
  });

  it("is not told apart from one that never was, also with the right password", async () => {
    await using world = await open(true);
    const { server, bob } = world;
    const known = await server.request("POST", `${client}/login`, secret(bob));
    const unknown = await server.request("POST", `${client}/login`, secret({ ...bob, userId: "@nobody:localhost" }));
    expect([known.status, known.body]).toEqual([403, unknown.body]);
  });

  it("leaves neither account data, filters and key backups nor an owner of its media", async () => {
    await using server = await openDevices();
    const { core, request } = server;
    const { userNid } = await server.login("@alice:example.org", "PHONE");
    const own = "/client/v3/user/@alice:example.org";
    await request("PUT", `${own}/account_data/org.example`, { n: 1 }, "PHONE");
    await request("POST", `${own}/filter`, {}, "PHONE");
    const backup = { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: { public_key: "abc" } };
    expect((await request("POST", "/client/v3/room_keys/version", backup, "PHONE")).status).toBe(200);
    const upload = await request("POST", "/media/v3/upload", new TextEncoder().encode("x"), "PHONE");
    const uri = String(upload.body.content_uri).replace("mxc://", "");
    const auth = { type: "m.login.password", user: "alice", password: "secret" };
    expect((await request("POST", "/client/v3/account/deactivate", { auth, erase: true }, "PHONE")).status).toBe(200);
    const counts = ["account_data", "filters", "key_backups", "backup_sessions", "media", "profiles"].map(
      async (table) =>
        await core.store.get({ name: `count.${table}`, sql: `select count(*) as n from ${table} where user_nid = ?1` }, userNid),
    );
    expect(await Promise.all(counts)).toEqual(counts.map(() => ({ n: 0 })));
    // The file itself stays: rooms show it.
    await server.login("@bob:example.org", "OTHER");
    expect((await request("GET", `/client/v1/media/download/${uri}`, undefined, "OTHER")).status).toBe(200);
  });
});

describe("an account that was deactivated without being erased", () => {
  it("keeps its messages readable, and tells only who knows the password why nobody can log in", async () => {
    await using world = await open(false);
    const { server, bob, carol, readings } = world;
    for (const read of readings) expect(JSON.stringify(await read(carol))).toContain("a secret");
    const right = await server.request("POST", `${client}/login`, secret(bob));
    expect([right.status, right.body["errcode"]]).toEqual([403, "M_USER_DEACTIVATED"]);
    const wrong = await server.request("POST", `${client}/login`, { ...secret(bob), password: "wrong" });
    expect([wrong.status, wrong.body["errcode"]]).toEqual([403, "M_FORBIDDEN"]);
  });
});
