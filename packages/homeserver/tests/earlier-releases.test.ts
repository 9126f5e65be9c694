/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Data of earlier releases: what they stored is served on, and the server goes on from there.
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../src/check/finding.ts";
import { backUp } from "../src/compose/back-up.ts";
import { checkDatabase } from "../src/compose/check-database.ts";
import { restore } from "../src/compose/restore.ts";
import { migrations, type SchemaStatement, statementsFor } from "../src/store/schema.ts";
import { type AnyBody, type TestHomeserver, testHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";
import { testingConfig } from "../src/testing/testing-config.ts";
import { type Backwards, earlierVersions, takeBack, takeBackFile } from "./earlier-schema.ts";
import { pusher } from "./pusher.ts";

/** Takes a database back by one step: what the step added goes, what it dropped is made again, with the data that it moved. */
const backwards: Backwards = {
  8: [`drop table partial_rooms`],
  7: [
    `alter table events drop column delay_id`,
    `alter table events drop column renumbered_nid`,
    ...["media_by_content", "media_by_user", "receipts_by_log", "users_by_server"].map((index) => `drop index ${index}`),
    `alter table users drop column server`,
    ...[
      "dehydrated_devices",
      "sliding_connections",
      "preview_images",
      "url_previews",
      "delayed_events",
      "sticky_events",
      "thread_subscriptions",
      "pending_redactions",
      "received_messages",
      "device_list_streams",
      "appservices",
      "appservice_transactions",
      "appservice_rooms",
      "purges",
      "blocked_rooms",
      "federation_outbox",
      "destinations",
      "server_keys",
    ].map((table) => `drop table ${table}`),
    `delete from cursors where name = 'federation'`,
  ],
  6: [
    ...inSqlite(`drop trigger search_texts_deleted`, `drop trigger search_texts_inserted`, `drop table search_index`),
    { sqlite: null, postgres: `drop view search_index` },
    { sqlite: null, postgres: `drop index search_texts_by_word` },
    `drop table search_texts`,
    `delete from cursors where name in ('search', 'search_texts')`,
    ...["timeline_spans_by_span", "threads_by_latest", "relations_by_annotation", "relations_by_type", "relations_by_target"].map(
      (index) => `drop index ${index}`,
    ),
    ...[
      "reports",
      "timeline_spans",
      "threads",
      "relations",
      "open_rooms",
      "user_words",
      "notifying_events",
      "user_notifications",
      "own_push_rules",
      "read_marks",
    ].map((table) => `drop table ${table}`),
    `delete from meta where key = 'user_directory'`,
    `delete from cursors where name = 'notifications'`,
  ],
  5: [
    ...["access_tokens", "refresh_tokens"].flatMap((table) => [
      ...inSqlite(
        `alter table ${table} rename to later_${table}`,
        ...tableOf(1, table),
        `alter table ${table} add column unused integer not null default 0`,
        `insert into ${table} select token_hash, user_nid, device_nid, expires_ts, unused from later_${table}`,
        `drop table later_${table}`,
      ),
      { sqlite: null, postgres: `alter table ${table} alter column device_nid set not null` },
    ]),
    ...["last_pos", "enabled"].map((column) => `alter table pushers drop column ${column}`),
    ...["last_access_ts", "quarantined"].map((column) => `alter table media drop column ${column}`),
    ...["remote_device_lists", "remote_devices", "missing_events", "stripped_state", "external_ids", "third_party_ids"].map(
      (table) => `drop table ${table}`,
    ),
    ...["consent_version", "app_service_id", "user_type", "approved", "shadow_banned", "suspended_ts", "locked_ts"].map(
      (column) => `alter table accounts drop column ${column}`,
    ),
  ],
  4: [
    `drop index aliases_by_creator`,
    `drop index directory_by_user`,
    `alter table directory drop column user_nid`,
    `alter table to_device drop column sender_nid`,
    `drop table daily_usage`,
  ],
  3: [
    `alter table accounts drop column erased`,
    `alter table refresh_tokens drop column unused`,
    `alter table access_tokens drop column unused`,
    `alter table pushers rename to later_pushers`,
    ...tableOf(1, "pushers"),
    `insert into pushers (user_nid, app_id, pushkey, json) select user_nid, app_id, pushkey, json from later_pushers`,
    `drop table later_pushers`,
  ],
  2: [
    `update rooms set tips = (select json_group_array(json_extract(value, '$[0]')) from json_each(rooms.tips))`,
    `alter table memberships drop column left_pos`,
    `alter table memberships drop column pos`,
    ...tableOf(1, "uia_sessions"),
    `alter table events add column relates_nid integer`,
    `alter table events add column rel_type text`,
    `create index events_by_relation on events (relates_nid, rel_type) where relates_nid is not null`,
    ...tableOf(1, "device_list_changes"),
    `create index device_list_changes_by_user on device_list_changes (user_nid, pos)`,
    `insert into device_list_changes (pos, user_nid) select pos, user_nid from device_list_news where own_only = 0`,
    `drop table device_list_news`,
    `drop table cursors`,
    `drop table counters`,
    `alter table events drop column forked`,
    `alter table events drop column after_nid`,
  ],
};

/** The statement with which a release made a table. */
function tableOf(version: number, table: string): readonly string[] {
  const step = migrations.find((each) => each.version === version);
  return step ? statementsFor("sqlite", step).filter((sql) => sql.startsWith(`create table ${table} `)) : [];
}

/** Statements that only one engine needs. */
function inSqlite(...statements: readonly string[]): readonly SchemaStatement[] {
  return statements.map((sqlite) => ({ sqlite, postgres: null }));
}

/** What there is before the server is updated. */
interface Scene {
  readonly alice: TestUser;
  readonly bob: TestUser;
  readonly room: string;
  /** A room that Bob was in, and is banned from. */
  readonly lost: string;
  readonly media: string;
  readonly refreshToken: string;
  /** A room with a message that has an edit, a reply in a thread, and a reaction; a second reaction was redacted. */
  readonly related: string;
  readonly root: string;
  readonly edit: string;
  readonly reply: string;
  /** A sync token of Bob's from before he knew that room, and before Alice had keys. */
  readonly since: string;
}

async function ok<Body = AnyBody>(answer: Promise<TestResponse<Body>>): Promise<Body> {
  const { status, body } = await answer;
  expect([status, body]).toEqual([200, body]);
  return body;
}

/** Sends events that relate to one. */
async function relate(
  server: TestHomeserver,
  alice: TestUser,
  bob: TestUser,
  related: string,
): Promise<Pick<Scene, "related" | "root" | "edit" | "reply">> {
  await ok(server.requestAs(bob, "POST", `/rooms/${related}/join`, {}));
  let sent = 0;
  const send = async (user: TestUser, type: string, content: object): Promise<string> =>
    String((await ok(server.requestAs(user, "PUT", `/rooms/${related}/send/${type}/r${sent++}`, content)))["event_id"]);
  const root = await send(alice, "m.room.message", { msgtype: "m.text", body: "root" });
  const to = (rel_type: string, more: object = {}): object => ({ "m.relates_to": { rel_type, event_id: root, ...more } });
  const gone = await send(bob, "m.reaction", to("m.annotation", { key: "no" }));
  await ok(server.requestAs(bob, "PUT", `/rooms/${related}/redact/${gone}/1`, {}));
  const edit = await send(alice, "m.room.message", { body: "* new", "m.new_content": { body: "new" }, ...to("m.replace") });
  await send(bob, "m.reaction", to("m.annotation", { key: "yes" }));
  return { related, root, edit, reply: await send(bob, "m.room.message", { body: "in the thread", ...to("m.thread") }) };
}

/** Fills every table that a step changes. */
async function fill(server: TestHomeserver): Promise<Scene> {
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const room = await server.createRoom(alice, { name: "Old room", room_alias_name: "old", visibility: "public", room_version: "11" });
  await ok(server.requestAs(bob, "POST", `/rooms/${room}/join`, {}));
  for (const [n, body] of ["one", "two", "three"].entries())
    await ok(server.requestAs(n === 1 ? bob : alice, "PUT", `/rooms/${room}/send/m.room.message/${n}`, { msgtype: "m.text", body }));
  const relations = await relate(server, alice, bob, await server.createRoom(alice));
  await ok(server.requestAs(bob, "POST", "/pushers/set", pusher));
  const { next_batch: since } = await ok<Sync>(server.requestAs(bob, "GET", "/sync"));
  const lost = await server.createRoom(alice);
  await ok(server.requestAs(bob, "POST", `/rooms/${lost}/join`, {}));
  await ok(server.requestAs(alice, "PUT", `/rooms/${lost}/send/m.room.message/0`, { msgtype: "m.text", body: "seen" }));
  for (const way of ["kick", "ban"]) {
    await ok(server.requestAs(alice, "POST", `/rooms/${lost}/${way}`, { user_id: bob.userId }));
    await ok(server.requestAs(alice, "PUT", `/rooms/${lost}/send/m.room.message/${way}`, { msgtype: "m.text", body: "not seen" }));
  }
  const keys = { [`ed25519:${alice.deviceId}`]: "A".repeat(43) };
  const device_keys = { user_id: alice.userId, device_id: alice.deviceId, algorithms: [], keys, signatures: {} };
  await ok(server.requestAs(alice, "POST", "/keys/upload", { device_keys }));
  await ok(server.requestAs(alice, "PUT", "/sendToDevice/m.test/1", { messages: { [bob.userId]: { [bob.deviceId]: { n: 1 } } } }));
  await ok(server.requestAs(bob, "PUT", `/user/${bob.userId}/account_data/org.example.note`, { text: "kept" }));
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: "bob" }, password: "secret", refresh_token: true };
  const { refresh_token } = await ok(server.request("POST", "/_matrix/client/v3/login", login));
  const upload = await ok(server.request("POST", "/_matrix/media/v3/upload?filename=a.txt", "old file", alice.accessToken));
  return {
    alice,
    bob,
    room,
    ...relations,
    lost,
    media: String(upload["content_uri"]).slice("mxc://".length),
    refreshToken: String(refresh_token),
    since,
  };
}

interface Timeline {
  readonly type: string;
  readonly content: { readonly body?: string };
}
interface Sync {
  readonly next_batch: string;
  readonly rooms: Readonly<Record<"join" | "leave", Readonly<Record<string, { timeline: { events: Timeline[] }; summary: object }>>>>;
  readonly to_device: object;
  readonly account_data: { readonly events: readonly object[] };
}
const bodiesOf = (events: readonly Timeline[] = []): readonly unknown[] => events.flatMap(({ content }) => content.body ?? []);

describe.each(earlierVersions)("data with schema %i", (version) => {
  let dataDir = "";
  let server: TestHomeserver;
  let scene: Scene;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "patrix-earlier-"));
    const before = await testHomeserver({ dataDir });
    scene = await fill(before);
    await before.stop();
    await takeBack(dataDir, version, backwards);
    server = await testHomeserver({ dataDir });
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("has its rooms, with their history, members and names", async () => {
    const { bob, alice, room } = scene;
    const { rooms } = await ok<Sync>(server.requestAs(bob, "GET", "/sync"));
    expect(bodiesOf(rooms.join[room]?.timeline.events)).toEqual(["one", "two", "three"]);
    expect(rooms.join[room]?.summary).toMatchObject({ "m.joined_member_count": 2 });
    const { chunk } = await ok<{ chunk: Timeline[] }>(server.requestAs(bob, "GET", `/rooms/${room}/messages?dir=b&limit=100`));
    expect(bodiesOf(chunk)).toEqual(["three", "two", "one"]);
    expect(Object.keys((await ok(server.requestAs(bob, "GET", `/rooms/${room}/joined_members`)))["joined"] ?? {})).toEqual([
      alice.userId,
      bob.userId,
    ]);
    expect(await ok(server.requestAs(bob, "GET", "/directory/room/%23old:localhost"))).toMatchObject({ room_id: room });
    expect(await ok(server.requestAs(bob, "GET", "/publicRooms"))).toMatchObject({ chunk: [{ room_id: room, name: "Old room" }] });
  });

  it("shows those who left what they saw, and nothing from after that", async () => {
    const { bob, lost, since } = scene;
    const { chunk } = await ok<{ chunk: Timeline[] }>(server.requestAs(bob, "GET", `/rooms/${lost}/messages?dir=b&limit=100`));
    expect(bodiesOf(chunk)).toEqual(["seen"]);
    const { rooms } = await ok<Sync>(server.requestAs(bob, "GET", `/sync?since=${since}`));
    expect(Object.keys(rooms.leave)).toEqual([lost]);
  });

  it("has its accounts, sessions, keys, messages to devices and files", async () => {
    const { alice, bob, refreshToken, media, since } = scene;
    const sync = await ok<Sync>(server.requestAs(bob, "GET", "/sync"));
    expect(sync.to_device).toMatchObject({ events: [{ type: "m.test", sender: alice.userId, content: { n: 1 } }] });
    expect(sync.account_data.events).toContainEqual({ type: "org.example.note", content: { text: "kept" } });
    const keys = await ok(server.requestAs(bob, "POST", "/keys/query", { device_keys: { [alice.userId]: [] } }));
    expect(Object.keys(keys["device_keys"]?.[alice.userId] ?? {})).toEqual([alice.deviceId]);
    const changes = await ok(server.requestAs(bob, "GET", `/keys/changes?from=${since}&to=${sync.next_batch}`));
    expect(changes["changed"]).toEqual([alice.userId, bob.userId]);
    const refreshed = await ok(server.request("POST", "/_matrix/client/v3/refresh", { refresh_token: refreshToken }));
    await ok(server.request("GET", "/_matrix/client/v3/account/whoami", undefined, String(refreshed["access_token"])));
    const file = await server.request("GET", `/_matrix/client/v1/media/download/${media}`, undefined, bob.accessToken);
    expect([file.status, file.body]).toEqual([200, "old file"]);
  });

  it("is found by the words of its messages and names, though no release stored those before schema 6", async () => {
    const { bob, room } = scene;
    const search = async (term: string): Promise<unknown> => {
      const body = { search_categories: { room_events: { search_term: term, filter: { rooms: [room] }, order_by: "recent" } } };
      type Answer = { search_categories: { room_events: { results: { result: Timeline }[] } } };
      const answer = await ok(server.requestAs<Answer>(bob, "POST", "/search", body));
      const { results } = answer.search_categories.room_events;
      return results.map(({ result }) => result.content);
    };
    // They are read out of the events while the server runs.
    await expect.poll(() => search("old room")).toEqual([{ name: "Old room" }]);
    expect(await search("two")).toMatchObject([{ body: "two" }]);
  });

  it("has what relates to its events, though no release stored that before schema 6", async () => {
    const { alice, bob, related, root, edit, reply } = scene;
    const get = async <Body>(path: string): Promise<Body> =>
      ok<Body>(server.request("GET", `/_matrix/client/v1/rooms/${related}${path}`, undefined, alice.accessToken));
    // They are read out of the events while the server runs.
    await expect
      .poll(async () => (await get<{ chunk: Timeline[] }>(`/relations/${encodeURIComponent(root)}`)).chunk.map(({ type }) => type))
      .toEqual(["m.room.message", "m.reaction", "m.room.message"]);
    const event = await ok(server.requestAs(bob, "GET", `/rooms/${related}/event/${encodeURIComponent(root)}`));
    const bundles = { "m.replace": { event_id: edit }, "m.thread": { count: 1, latest_event: { event_id: reply } } };
    expect(event["unsigned"]).toMatchObject({ "m.relations": bundles });
    expect(await get("/threads")).toMatchObject({ chunk: [{ event_id: root }] });
    const content = { "m.relates_to": { rel_type: "m.annotation", event_id: root, key: "yes" } };
    const again = await server.requestAs(bob, "PUT", `/rooms/${related}/send/m.reaction/again`, content);
    expect([again.status, again.body["errcode"]]).toEqual([400, "M_DUPLICATE_ANNOTATION"]);
  });

  it(`${version < 3 ? "loses" : "keeps"} its pushers, which belong to devices since schema 3`, async () => {
    const { pushers } = await ok<{ pushers: object[] }>(server.requestAs(scene.bob, "GET", "/pushers"));
    expect(pushers).toEqual(version < 3 ? [] : [expect.objectContaining({ pushkey: "key" })]);
  });

  it("goes on: events follow those of before, for old members and new ones, over another start too", async () => {
    const { alice, bob, room } = scene;
    const { next_batch: since } = await ok<Sync>(server.requestAs(bob, "GET", "/sync"));
    await ok(server.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.name`, { name: "New name" }));
    await ok(server.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/new`, { msgtype: "m.text", body: "four" }));
    const carol = await server.register("carol");
    await ok(server.requestAs(carol, "POST", `/rooms/${room}/join`, {}));
    await ok(server.requestAs(bob, "POST", "/pushers/set", { ...pusher, pushkey: "new" }));
    await server.stop();
    server = await testHomeserver({ dataDir });
    const { rooms } = await ok<Sync>(server.requestAs(bob, "GET", `/sync?since=${since}`));
    expect(rooms.join[room]?.timeline.events.map(({ type }) => type)).toEqual(["m.room.name", "m.room.message", "m.room.member"]);
    const { chunk } = await ok<{ chunk: Timeline[] }>(server.requestAs(carol, "GET", `/rooms/${room}/messages?dir=b&limit=100`));
    expect(bodiesOf(chunk)).toEqual(["four", "three", "two", "one"]);
    await ok(server.requestAs(alice, "POST", `/rooms/${room}/kick`, { user_id: bob.userId }));
    const left = await ok<Sync>(server.requestAs(bob, "GET", `/sync?since=${since}`));
    expect(Object.keys(left.rooms.leave)).toEqual([room]);
  });
});

it.each(earlierVersions)("a backup with schema %i is restored, and brought up to date", async (version) => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-earlier-"));
  const at = (dataDir: string) => ({
    dataDir,
    config: { database: { url: `sqlite:${join(dataDir, "patrix.db")}` } },
  });
  const [from, backup, to] = ["from", "backup", "to"].map((name) => join(folder, name)) as [string, string, string];
  const before = await testHomeserver(at(from));
  const { bob, room } = await fill(before);
  await before.stop();
  const manifest = await backUp(testingConfig(at(from)), backup);
  const file = join(backup, "patrix.db");
  takeBackFile(file, version, backwards);
  const bytes = await readFile(file);
  const database = { ...manifest.database, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
  await writeFile(join(backup, "manifest.json"), JSON.stringify({ ...manifest, schema: version, database }));
  await restore(testingConfig(at(to)), backup);
  const findings: Finding[] = [];
  await checkDatabase(testingConfig(at(to)), { found: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);
  const after = await testHomeserver(at(to));
  const { chunk } = await ok<{ chunk: Timeline[] }>(after.requestAs(bob, "GET", `/rooms/${room}/messages?dir=b&limit=100`));
  expect(bodiesOf(chunk)).toEqual(["three", "two", "one"]);
  await after.stop();
  await rm(folder, { recursive: true });
});
