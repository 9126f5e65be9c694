// Every kind of damage that `patrix database check` knows, in databases that servers have made.
import { cp, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDatabase } from "../../src/compose/check-database.ts";
import type { CheckSummary } from "../../src/check/check-data.ts";
import type { Finding } from "../../src/check/finding.ts";
import { positions, references } from "../../src/check/references.ts";
import { readTables } from "../../src/store/copy/tables.ts";
import { migrate } from "../../src/store/sqlite/open-database.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { pusher } from "../pusher.ts";
import { hasPostgres, type PostgresForTests, postgresForTests } from "../store/postgres-for-tests.ts";
import { fillServer, type FullServer } from "./full-server.ts";

/** Data that may be damaged. */
interface Copy {
  readonly dataDir: string;
  readonly url: string;
  run(sql: string): Promise<void>;
}

/** An engine with the data of a server in it. */
interface Engine extends AsyncDisposable {
  readonly server: FullServer;
  /** A copy of the data. */
  copy(): Promise<Copy>;
}

async function sqliteEngine(folder: string): Promise<Engine> {
  const dataDir = join(folder, "sqlite");
  const url = (of: string): string => `sqlite:${join(of, "patrix.db")}`;
  const server = await fillServer(dataDir, { shards: 1, url: url(dataDir) });
  let copies = 0;
  return {
    server,
    async copy() {
      const copy = join(folder, `copy${copies++}`);
      await cp(dataDir, copy, { recursive: true });
      const run = async (sql: string): Promise<void> => {
        using database = new DatabaseSync(join(copy, "patrix.db"));
        database.exec("pragma synchronous = off");
        database.exec(sql.replaceAll(/bytes\((\w+)\)/g, "x'$1'"));
      };
      return { dataDir: copy, url: url(copy), run };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function postgresEngine(folder: string): Promise<Engine> {
  const postgres: PostgresForTests = await postgresForTests();
  const url = await postgres.createDatabase();
  const dataDir = join(folder, "postgres");
  const server = await fillServer(dataDir, { shards: 2, url });
  const name = /\/(\w+)\?/.exec(url)?.[1] ?? "";
  return {
    server,
    async copy() {
      const copy = await postgres.createDatabase(`template ${name} strategy file_copy`);
      return {
        dataDir,
        url: copy,
        run: async (sql) => void (await postgres.run(copy, sql.replaceAll(/bytes\((\w+)\)/g, "decode('$1', 'hex')"))),
      };
    },
    [Symbol.asyncDispose]: () => postgres[Symbol.asyncDispose](),
  };
}

/** An empty database with the newest schema. */
function memoryDatabase(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  return database;
}

/** The number of the page at which a table or an index begins. */
function rootOf(path: string, name: string): number {
  using database = new DatabaseSync(path);
  return Number(database.prepare("select rootpage from sqlite_schema where name = ?1").get(name)?.["rootpage"]);
}

const engines = [
  ["SQLite", sqliteEngine],
  ["PostgreSQL", postgresEngine],
] as const;
if (!hasPostgres) it.skip("PostgreSQL is not installed, so no database in it is damaged");

/** A number that nothing has. */
const NOBODY = 987_654_321;
const holding = (json: string): string => `select max(event_nid) from events where forked = 0 and json like '%${json}%'`;
const [topic, message] = [holding('"topic":"second"'), holding('"body":"two"')];
const aMember = `(select min(user_nid) from memberships where membership = 'join')`;
/** A group that has a base. */
const aLayer = `(select max(state_nid) from state_groups where base_nid is not null)`;

/** A kind of damage: what is done to the database, in which \`bytes(…)\` are some, and what must be found. */
type Damage = readonly [what: string, sql: string, found: Partial<Finding>];
const says = (text: string): string => expect.stringContaining(text) as string;

const damages: readonly Damage[] = [
  [
    "another sender in an event",
    `update events set json = replace(json, '"sender":"@alice', '"sender":"@alise') where event_nid = (${topic})`,
    { kind: "HASH", table: "events", message: says("the event's own is") },
  ],
  [
    "another sender in its column",
    `update events set sender_nid = (select user_nid from users where user_id = '@carol:example.org') where event_nid = (${topic})`,
    { kind: "COLUMN", message: says("another sender") },
  ],
  [
    "another type in its column",
    `update events set type_nid = (select type_nid from event_types where type = 'm.room.name') where event_nid = (${message})`,
    { kind: "COLUMN", message: says("another type") },
  ],
  [
    "another state key in its column",
    `update events set skey_nid = (select min(skey_nid) from state_keys) where event_nid = (${topic})`,
    { kind: "COLUMN", message: says("another state_key") },
  ],
  [
    "another depth in its column",
    `update events set depth = depth + 1 where event_nid = (${topic})`,
    { kind: "COLUMN", message: says("another depth") },
  ],
  [
    "another time in its column",
    `update events set ts = ts + 1 where event_nid = (${topic})`,
    { kind: "COLUMN", message: says("another origin_server_ts") },
  ],
  [
    "another room in its column",
    `update events set room_nid = (select max(room_nid) from rooms) where event_nid = (select max(event_nid) from events where timeline_pos > 0 and room_nid < (select max(room_nid) from rooms))`,
    { kind: "COLUMN", message: says("another room_id") },
  ],
  [
    "another ID of an event",
    `update events set event_id = '$another' where event_nid = (${message})`,
    { kind: "HASH", message: says("event_id is $another") },
  ],
  [
    "another text of a message, which its ID does not cover",
    `update events set json = replace(json, '"body":"two"', '"body":"too"')`,
    { kind: "HASH", message: says("content hash") },
  ],
  [
    "an event that is no JSON",
    `update events set json = substr(json, 2) where event_nid = (${message})`,
    { kind: "HASH", message: says("no JSON object") },
  ],
  [
    "an event that is no event",
    `update events set json = '{"content":1}' where event_nid = (${message})`,
    { kind: "HASH", message: says("malformed") },
  ],
  [
    "a state group after an event that does not hold it",
    `update events set after_nid = state_nid where event_nid = (${topic})`,
    { kind: "STATE", table: "events", message: says("it is not in state group") },
  ],
  [
    "a state group after a message that is not the one before",
    `update events set after_nid = (select min(state_nid) from state_groups g where g.room_nid = events.room_nid) where event_nid = (${message})`,
    { kind: "STATE", table: "events", message: says("it is no state event") },
  ],
  [
    "a state group that ends early",
    `update state_groups set delta = bytes(80) where state_nid = ${aLayer}`,
    { kind: "STATE_GROUP", message: says("cannot be read") },
  ],
  [
    "a state group with numbers beyond all",
    `update state_groups set delta = bytes(01ffffffffffffffffffff7f) where state_nid = ${aLayer}`,
    { kind: "STATE_GROUP", message: says("cannot be read") },
  ],
  [
    "a state group with an event that is not there",
    `update state_groups set delta = bytes(017f) where state_nid = ${aLayer}`,
    { kind: "STATE_GROUP", message: says("is not in the room") },
  ],
  [
    "a state group with an event at another key",
    `update state_groups set delta = (select g.delta from state_groups g where g.state_nid = (select min(state_nid) from state_groups)) where state_nid = (select max(state_nid) from state_groups)`,
    { kind: "STATE_GROUP", message: says("is not in the room") },
  ],
  [
    "a state group that is built on itself",
    `update state_groups set base_nid = state_nid where state_nid = ${aLayer}`,
    { kind: "STATE_GROUP", message: says("built on itself") },
  ],
  [
    "state groups that are built on one another",
    `update state_groups set base_nid = ${aLayer} where state_nid = (select base_nid from state_groups g where g.state_nid = ${aLayer})`,
    { kind: "STATE_GROUP", message: says("built on itself") },
  ],
  [
    "an earlier state of a room",
    `update rooms set state_nid = (select state_nid from events where event_nid = (${topic})) where room_nid = (select room_nid from events where event_nid = (${topic}))`,
    { kind: "STATE", table: "rooms", message: says("is the newest") },
  ],
  [
    "an earlier end of a room",
    `update rooms set last_pos = last_pos - 64 where room_nid = (select min(room_nid) from rooms)`,
    { kind: "STATE", table: "rooms", message: says("the newest event of the timeline is at") },
  ],
  [
    "no tips",
    `update rooms set tips = '[]' where room_nid = (select min(room_nid) from rooms)`,
    { kind: "STATE", table: "rooms", message: says("tips") },
  ],
  [
    "tips that are none",
    `update rooms set tips = '[[1,"2"]]' where room_nid = (select min(room_nid) from rooms)`,
    { kind: "STATE", table: "rooms", message: says("tips are no pairs") },
  ],
  [
    "a tip that is not there",
    `update rooms set tips = '[[${NOBODY},1]]' where room_nid = (select min(room_nid) from rooms)`,
    { kind: "REFERENCE", table: "rooms", message: says(`tips name event ${NOBODY}`) },
  ],
  [
    "another state after the only tip",
    `update rooms set tips = '[[' || cast(last_pos as text) || ',' ||
       cast((select min(state_nid) from state_groups g where g.room_nid = rooms.room_nid) as text) || ']]'
     where room_nid = (select min(room_nid) from rooms)`,
    { kind: "STATE", table: "rooms", message: says("follows the only tip") },
  ],
  [
    "a state group after a tip that is not there",
    `update rooms set tips = replace(tips, ']]', '1]]') where room_nid = (select min(room_nid) from rooms)`,
    { kind: "REFERENCE", table: "rooms", message: says("tips name state group") },
  ],
  [
    "another membership than the event's",
    `update memberships set membership = 'invite' where user_nid = ${aMember}`,
    { kind: "STATE", table: "memberships", message: says("the event says join") },
  ],
  [
    "a membership by an earlier event",
    `update memberships set event_nid = (select replaces_nid from events e where e.event_nid = memberships.event_nid) where membership = 'leave'`,
    { kind: "STATE", table: "memberships", message: says("the state has event") },
  ],
  [
    "a membership by another's event",
    `update memberships set event_nid = (select max(event_nid) from memberships m where m.room_nid = memberships.room_nid) where user_nid = ${aMember}`,
    { kind: "STATE", table: "memberships", message: says("no membership event of the user") },
  ],
  [
    "a membership that is missing",
    `delete from memberships where user_nid = ${aMember}`,
    { kind: "STATE", table: "memberships", message: says("which has no row") },
  ],
  [
    "another content hash of a media ID",
    `update media set sha256 = '${"0".repeat(64)}' where sha256 is not null`,
    { kind: "MEDIA", message: says("there is no file") },
  ],
  [
    "another size of a media ID",
    `update media set size = 7 where sha256 is not null`,
    { kind: "MEDIA", message: says("the file has 6 bytes, and size is 7") },
  ],
];

/** Stores a row in a table that is empty, in which every number is one that nothing has. */
function fillingEmpty(table: string): string {
  const described = readTables().find(({ name }) => name === table);
  using database = memoryDatabase();
  const types = database.prepare("select name, type from pragma_table_info(?1) order by cid").all(table);
  const samples: Readonly<Record<string, string>> = { integer: String(NOBODY), text: "'a'", blob: "bytes(00)" };
  const values = types.map(({ type }) => samples[String(type).toLowerCase()] ?? "null");
  return `insert into ${table} (${described?.columns.join(", ")}) select ${values.join(", ")} where not exists (select 1 from ${table})`;
}

/** Breaks a reference: the number of a row becomes one that nothing has, and no other reference. */
function breaking({ table, columns: [column = ""] }: (typeof references)[number], index: number): string {
  return `${fillingEmpty(table)}; update ${table} set ${column} = ${NOBODY + 1 + index} where ${column} = (select max(${column}) from ${table})`;
}

describe.each(hasPostgres ? engines : engines.slice(0, 1))("the check of a database in %s", (_, openEngine) => {
  let folder = "";
  let engine: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "patrix-check-"));
    engine = await openEngine(folder);
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function check({ dataDir, url }: Copy): Promise<{ readonly findings: Finding[]; readonly summary: CheckSummary }> {
    const findings: Finding[] = [];
    const config = testingConfig({ dataDir, config: { database: { url } } });
    const summary = await checkDatabase(config, { found: (finding) => findings.push(finding) });
    expect(summary.findings).toBe(findings.length);
    return { findings, summary };
  }

  async function damaged(sql: string): Promise<Finding[]> {
    const copy = await engine.copy();
    await copy.run(sql);
    return (await check(copy)).findings;
  }

  it("finds nothing in what a server has made, and looks at every table", async () => {
    const { findings, summary } = await check(await engine.copy());
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ serverName: "example.org", uncheckedEvents: 0, hasCheckedMedia: true });
    expect(summary.rows["events"]).toBeGreaterThan(40);
    expect(Object.keys(summary.rows)).toEqual(readTables().map(({ name }) => name));
  });

  it.each(damages)("finds %s", async (_what, sql, found) => {
    expect(await damaged(sql)).toContainEqual(expect.objectContaining(found));
  });

  it("finds every reference that names nothing", async () => {
    const findings = await damaged(references.map(breaking).join("; "));
    for (const [index, { table, columns, target }] of references.entries()) {
      const message = says(`${target} has no row for ${columns[0]} ${NOBODY + 1 + index}`);
      expect(findings, `${table} ${columns[0]}`).toContainEqual(expect.objectContaining({ kind: "REFERENCE", table, message }));
    }
  });

  it("finds every position that the log has not reached", async () => {
    const later = positions.map(({ table, column }) => `update ${table} set ${column} = ${column} + ${64 * NOBODY}`);
    const findings = await damaged([...positions.map(({ table }) => fillingEmpty(table)), ...later].join("; "));
    for (const { table, column } of positions)
      expect(findings, `${table} ${column}`).toContainEqual(expect.objectContaining({ kind: "POSITION", table, message: says(column) }));
  });

  it("tells of every row, however many there are", async () => {
    const numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1201) select i from n";
    const findings = await damaged(`insert into profiles select ${NOBODY} + i, 'f', '1' from (${numbers}) as n`);
    expect(findings).toHaveLength(1_201);
    expect(new Set(findings.map(({ key }) => key["user_nid"])).size).toBe(1_201);
  });

  it("leaves hashes of rooms alone whose version it does not know, and says how many events those are", async () => {
    const copy = await engine.copy();
    await copy.run("update rooms set version = 'org.example.99'");
    const { findings, summary } = await check(copy);
    expect(findings).toEqual([]);
    expect(summary.uncheckedEvents).toBe(summary.rows["events"]);
  });

  it("shows no push key", async () => {
    const findings = await damaged(`update pushers set user_nid = ${NOBODY}`);
    expect(findings).toContainEqual(expect.objectContaining({ key: { user_nid: NOBODY, app_id: pusher.app_id, pushkey: "(hidden)" } }));
    expect(JSON.stringify(findings)).not.toContain(`:"${pusher.pushkey}"`);
  });

  it("refuses what is no data of a server, and the beginning of a copy", async () => {
    for (const [sql, code] of [
      ["delete from meta", "NOT_A_DATABASE"],
      ["insert into meta values ('unfinished_copy', 'example.org')", "UNFINISHED_COPY"],
    ] as const) {
      const copy = await engine.copy();
      await copy.run(sql);
      await expect(check(copy)).rejects.toMatchObject({ code });
    }
  });

  it("looks at the moment at which it began, and keeps nobody from writing", async () => {
    const copy = await engine.copy();
    const config = testingConfig({ dataDir: copy.dataDir, config: { database: { url: copy.url } } });
    let written: Promise<void> | undefined;
    const { findings } = await checkDatabase(config, {
      found: () => {},
      progress: () => void (written ??= copy.run("delete from rooms")),
    });
    await written;
    expect(findings).toBe(0);
    expect((await check(copy)).findings).not.toEqual([]);
  });

  it("ends when it is asked to", async () => {
    const { dataDir, url } = await engine.copy();
    const config = testingConfig({ dataDir, config: { database: { url } } });
    await expect(checkDatabase(config, { found: () => {}, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("lets signals in while it reads", async () => {
    const { dataDir, url } = await engine.copy();
    const config = testingConfig({ dataDir, config: { database: { url } } });
    const interrupt = new AbortController();
    let begun = false;
    const progress = (): void => {
      if (!begun) setImmediate(() => interrupt.abort(new Error("enough")));
      begun = true;
    };
    await expect(checkDatabase(config, { found: () => {}, progress, signal: interrupt.signal })).rejects.toThrow("enough");
  });
});

describe("a file of SQLite", () => {
  let folder = "";
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "patrix-check-"))));
  afterAll(() => rm(folder, { recursive: true }));

  const checkFile = async (path: string): Promise<Finding[]> => {
    const findings: Finding[] = [];
    const config = testingConfig({ dataDir: folder, config: { database: { url: `sqlite:${path}` } } });
    await checkDatabase(config, { checksMedia: false, found: (finding) => findings.push(finding) });
    return findings;
  };

  it("is found damaged where a page of it is empty", async () => {
    const path = join(folder, "page.db");
    await fillServer(folder, { shards: 1, url: `sqlite:${path}` });
    const file = await open(path, "r+");
    try {
      await file.write(new Uint8Array(4_096), 0, 4_096, (rootOf(path, "memberships_by_user") - 1) * 4_096);
    } finally {
      await file.close();
    }
    const [finding] = await checkFile(path);
    expect(finding).toMatchObject({ kind: "FILE", table: "" });
  });

  it("is refused where it is none, is of another release, or is not there", async () => {
    await writeFile(join(folder, "text.db"), "not a database, but a text that is longer than a header of one hundred bytes".repeat(3));
    await expect(checkFile(join(folder, "text.db"))).rejects.toMatchObject({ code: "NOT_A_DATABASE" });
    await expect(checkFile(join(folder, "none.db"))).rejects.toMatchObject({ code: "NOT_A_DATABASE" });
    for (const [version, code] of [
      [1, "SCHEMA_TOO_OLD"],
      [99, "SCHEMA_TOO_NEW"],
    ] as const) {
      using database = new DatabaseSync(join(folder, `${version}.db`));
      database.exec(`pragma user_version = ${version}`);
      await expect(checkFile(join(folder, `${version}.db`))).rejects.toMatchObject({ code });
    }
  });
});
