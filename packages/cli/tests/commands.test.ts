import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commands } from "../src/commands.ts";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const member = {
  type: "m.room.member",
  sender: "@alice:example.org",
  state_key: "@alice:example.org",
  event_id: "$join",
  origin_server_ts: 1,
  content: { membership: "join" },
};
const draft = {
  type: "m.room.message",
  sender: "@alice:example.org",
  room_id: "!room:example.org",
  content: { body: "Hello", msgtype: "m.text" },
  origin_server_ts: 1,
  depth: 1,
  prev_events: [],
  auth_events: [],
};

describe("patrix", () => {
  it("explains every command with an example", async () => {
    const overview = await run(["--help"]);
    expect(overview.code).toBe(0);
    for (const { name, summary, examples } of commands) {
      expect(overview.out).toContain(summary);
      const help = await run([...name.split(" "), "--help"]);
      expect(help).toMatchObject({ code: 0, err: "" });
      expect(examples.length).toBeGreaterThan(0);
      for (const { line } of examples) expect(help.out).toContain(line);
    }
  });

  it("names the nearest command and option, with exit code 2", async () => {
    expect(await run(["valdate"])).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean validate?") });
    expect(await run(["validate", "--jsn"])).toMatchObject({ code: 2, err: expect.stringContaining("Did you mean --json?") });
    expect(await run(["state"])).toMatchObject({ code: 2, err: expect.stringContaining("patrix state resolve") });
    expect((await run([])).code).toBe(2);
    expect((await run(["validate", "a", "b"])).code).toBe(2);
  });

  it("runs from its source as a program", () => {
    const main = join(import.meta.dirname, "../src/main.ts");
    const result = spawnSync(process.execPath, ["-C", "@patrix/source", main, "validate"], {
      input: JSON.stringify(member),
      encoding: "utf8",
    });
    expect(result).toMatchObject({ status: 0, stdout: "standard input: valid as room event m.room.member\n" });
  });

  it("writes no colours where standard output is no terminal", async () => {
    expect((await run(["validate"], JSON.stringify(member))).out).not.toContain("\u001B");
  });
});

describe("input of every command that reads JSON", () => {
  const lines: Record<string, string[]> = {
    validate: ["validate"],
    canonicalize: ["canonicalize"],
    "event-id": ["event-id", "-r", "11"],
    "pdu inspect": ["pdu", "inspect", "-r", "11"],
    redact: ["redact", "-r", "11"],
    "state resolve": ["state", "resolve"],
    "auth check": ["auth", "check"],
  };
  it.each(Object.entries(lines))("%s says in one line that a file is missing, a folder or too large", async (_, line) => {
    const huge = file("huge.json", "");
    truncateSync(huge, 300 * 1024 * 1024);
    for (const [path, why] of [
      [join(folder, "nothing.json"), "there is no such file"],
      // A folder is what validate takes the files of; of these one is too large.
      [folder, line[0] === "validate" ? "larger than 256 MiB" : "is a folder"],
      [huge, "larger than 256 MiB"],
    ] as const) {
      const { code, err } = await run([...line, path]);
      expect(code).toBe(2);
      expect(err).toContain(why);
      expect(err.trim().split("\n")).toHaveLength(1);
    }
  });

  it.each(Object.entries(lines))("%s refuses bytes that are no text, cut JSON and an empty input without a stack", async (_, line) => {
    for (const bad of [new Uint8Array([0x89, 0x50, 0xff, 0]), '{"a":', "", "[".repeat(200_000)]) {
      const { code, out, err } = await run(line, bad);
      expect(code).toBe(1);
      expect(out).toBe("");
      expect(err).not.toMatch(/internal error|\n\s+at /);
    }
  });
});

describe("patrix validate --lenient", () => {
  const lenient = async (as: string, value: unknown) => {
    const args = ["validate", "--json", "--lenient", "--as", as];
    const { code, out } = await run(args, JSON.stringify(value));
    return { code, report: JSON.parse(out.split("\n")[0] ?? "") as { repaired: unknown[]; ignored: unknown[]; issues: unknown[] } };
  };

  it("takes what readers repair, and says what it is", async () => {
    const tags = { tags: { work: { order: "0.5" } } };
    expect(await run(["validate", "--as", "getRoomTags.response"], JSON.stringify(tags))).toMatchObject({ code: 1 });
    expect(await lenient("getRoomTags.response", tags)).toMatchObject({
      code: 0,
      report: { repaired: [{ pointer: "/tags/work/order", rule: "tag-info", original: "0.5" }] },
    });
    const { code, out } = await run(["validate", "--lenient", "--as", "m.tag"], JSON.stringify(tags));
    expect([code, out]).toEqual([0, expect.stringContaining("readers repair this: tag-info")]);
  });

  it("leaves out malformed items of lists, and events in them whose content is malformed", async () => {
    const timeline = { events: [member, { type: 5 }, { ...member, event_id: "$bad", content: { membership: 5 } }] };
    const sync = { next_batch: "s", rooms: { join: { "!r:example.org": { timeline } } } };
    expect((await run(["validate", "--as", "sync.response"], JSON.stringify(sync))).code).toBe(1);
    const { code, report } = await lenient("sync.response", sync);
    expect([code, report.issues]).toEqual([0, []]);
    const events = "/rooms/join/!r:example.org/timeline/events";
    expect(report.ignored).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ pointer: `${events}/1/type` }),
        expect.objectContaining({ pointer: `${events}/2/content/membership` }),
      ]),
    );
  });

  it("says in strict mode too what the specification has readers take", async () => {
    const hangup = { call_id: "c", party_id: "p", version: 0 };
    const { code, out } = await run(["validate", "--json", "--as", "m.call.hangup"], JSON.stringify(hangup));
    const report = JSON.parse(out.split("\n")[0] ?? "") as { repaired: { rule: string }[] };
    expect([code, report.repaired.map(({ rule }) => rule)]).toEqual([0, ["numeric-call-version", "no-hangup-reason"]]);
  });
});

describe("patrix validate", () => {
  it("reports problems of envelope and content at once, with JSON pointers", async () => {
    const bad = { ...member, sender: "alice", content: { membership: 3 } };
    const { code, out } = await run(["validate", "--json"], JSON.stringify(bad));
    expect(code).toBe(1);
    expect(JSON.parse(out.split("\n")[0] ?? "").issues.map((issue: { pointer: string }) => issue.pointer)).toEqual([
      "/sender",
      "/content/membership",
    ]);
  });

  it("takes a bare content for the content of the type that was named", async () => {
    expect(await run(["validate", "--as", "m.room.member"], '{"membership":"join"}')).toMatchObject({ code: 0 });
    expect(await run(["validate", "--as", "m.room.topic"], JSON.stringify(member))).toMatchObject({
      code: 1,
      out: expect.stringContaining("/type"),
    });
  });

  it("checks bodies of requests and responses by operation", async () => {
    expect(await run(["validate", "--as", "createRoom.request"], '{"preset":"private_chat"}')).toMatchObject({ code: 0 });
    expect(await run(["validate", "--as", "createRoom.request"], '{"invite":["bob"]}')).toMatchObject({
      code: 1,
      out: expect.stringContaining("/invite/0"),
    });
    expect(await run(["validate", "--as", "createRoom.response"], "{}")).toMatchObject({
      code: 1,
      out: expect.stringContaining("/room_id"),
    });
    expect(await run(["validate", "--as", "server-server/sendTransaction.request"], "{}")).toMatchObject({ code: 1 });
    expect(await run(["validate", "--as", "getContent.response"], "{}")).toMatchObject({
      code: 1,
      out: expect.stringContaining("not JSON"),
    });
  });

  it("looks into every event of a /sync response", async () => {
    const events = [member, { ...member, content: { membership: "joined", displayname: 1 } }];
    const sync = {
      next_batch: "1",
      account_data: { events: [{ type: "m.direct", content: { "@bob:example.org": "!r:example.org" } }] },
      rooms: {
        join: { "!r:example.org": { timeline: { events }, ephemeral: { events: [{ type: "m.typing", content: { user_ids: [] } }] } } },
      },
    };
    const { code, out } = await run(["validate", "--json"], JSON.stringify(sync));
    const report = JSON.parse(out.split("\n")[0] ?? "");
    expect(code).toBe(1);
    expect(report).toMatchObject({ as: "client-server sync, response", events: 4 });
    expect(report.issues.map((issue: { pointer: string }) => issue.pointer)).toContain(
      "/rooms/join/!r:example.org/timeline/events/1/content/displayname",
    );
    expect(report.issues.some((issue: { pointer: string }) => issue.pointer.startsWith("/account_data/events/0/content"))).toBe(true);
  });

  it("checks a PDU by the rules of its room version, strictly", async () => {
    const pdu = { ...draft, hashes: { sha256: "x" }, signatures: {} };
    expect(await run(["validate", "--as", "pdu", "-r", "11"], JSON.stringify(pdu))).toMatchObject({ code: 0 });
    expect(await run(["validate"], JSON.stringify({ ...pdu, depth: -1 }))).toMatchObject({
      code: 1,
      out: expect.stringContaining("/depth"),
    });
    expect(await run(["validate", "--as", "pdu"], JSON.stringify(pdu).replace('"depth":1', '"depth":1.0'))).toMatchObject({ code: 1 });
    expect(await run(["validate", "--as", "pdu", "-r", "99"], JSON.stringify(pdu))).toMatchObject({ code: 2 });
  });

  it("asks what it is where that cannot be told", async () => {
    expect(await run(["validate"], '{"a":1}')).toMatchObject({ code: 2, err: expect.stringContaining("--as") });
    expect(await run(["validate", "--as", "m.room.membr"], "{}")).toMatchObject({ code: 2, err: expect.stringContaining("m.room.member") });
  });
});

describe("patrix canonicalize", () => {
  it("prints the canonical form and nothing more", async () => {
    expect(await run(["canonicalize"], '{ "b": 1,\n "a": "é" }')).toEqual({ code: 0, out: '{"a":"é","b":1}', err: "" });
  });

  it("reports each offence with its byte offset", async () => {
    const { code, err } = await run(["canonicalize"], '{"é":1.0,"a":2,"a":3}');
    expect(code).toBe(1);
    expect(err).toBe(
      "standard input: byte 6, /é: a number has a fraction [FLOAT]\nstandard input: byte 16, /a: a property name appears twice in one object [DUPLICATE_KEY]\n",
    );
  });

  it("tells with --check whether a text is canonical already", async () => {
    expect((await run(["canonicalize", "--check"], '{"a":1}')).code).toBe(0);
    expect((await run(["canonicalize", "--check"], '{"a": 1}')).code).toBe(1);
  });
});

describe("signing", () => {
  it("makes a key, signs a PDU with it and verifies it; a changed content counts as redacted", async () => {
    const keyFile = join(folder, "signing.key");
    const { code, out } = await run(["generate-key", keyFile]);
    expect(code).toBe(0);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(await run(["generate-key", keyFile])).toMatchObject({ code: 2, err: expect.stringContaining("there already") });
    const signed = await run(["sign", "-k", keyFile, "-s", "example.org", "-r", "11"], JSON.stringify(draft));
    expect(signed.code).toBe(0);
    const key = `example.org=${out.trim().replace(" ", "=")}`;
    expect(await run(["verify", "-r", "11", "--key", key], signed.out)).toMatchObject({ code: 0, out: "valid\n" });
    expect(await run(["verify", "-r", "11", "--key", key], signed.out.replace("Hello", "Bye"))).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^redacted/),
    });
    expect(await run(["verify", "-r", "11", "--key", key], signed.out.replace('"depth": 1', '"depth": 2'))).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^invalid/),
    });
    const inspected = JSON.parse((await run(["pdu", "inspect", "-r", "11"], signed.out)).out);
    expect((await run(["event-id", "-r", "11"], signed.out)).out.trim()).toBe(inspected.eventId);
    expect(inspected.contentHash.matches).toBe(true);
    const redacted = JSON.parse((await run(["redact", "-r", "11"], signed.out)).out);
    expect(redacted.content).toEqual({});
    expect((await run(["event-id", "-r", "11"], JSON.stringify(redacted))).out.trim()).toBe(inspected.eventId);
  });

  it("signs any JSON object, and verifies it with keys from a file", async () => {
    const keyFile = join(folder, "other.key");
    const [keyId = "", publicKey = ""] = (await run(["generate-key", keyFile])).out.trim().split(" ");
    const signed = await run(["sign", "-k", keyFile, "-s", "example.org"], '{"one":1}');
    const keys = file("keys.json", JSON.stringify({ server_name: "example.org", verify_keys: { [keyId]: { key: publicKey } } }));
    expect(await run(["verify", "-s", "example.org", "--keys", keys], signed.out)).toMatchObject({ code: 0 });
    expect(await run(["verify", "-s", "example.com", "--keys", keys], signed.out)).toMatchObject({
      code: 1,
      out: expect.stringContaining("NO_SIGNATURE"),
    });
  });

  it("never prints the secret of a key file that it cannot read", async () => {
    const bad = file("bad.key", "ed25519 1 SECRETSECRET\n");
    const { code, err } = await run(["sign", "-k", bad, "-s", "example.org"], "{}");
    expect(code).toBe(1);
    expect(err).not.toContain("SECRETSECRET");
  });

  it("says what is missing", async () => {
    expect(await run(["sign"], "{}")).toMatchObject({ code: 2, err: expect.stringContaining("--key-file") });
    expect(await run(["verify"], "{}")).toMatchObject({ code: 2, err: expect.stringContaining("--room-version") });
    expect(await run(["verify", "-r", "11"], "{}")).toMatchObject({ code: 2, err: expect.stringContaining("--keys") });
    expect(await run(["verify", "-r", "11", "--key", "x"], "{}")).toMatchObject({ code: 2, err: expect.stringContaining("SERVER=") });
    expect(await run(["event-id"], "{}")).toMatchObject({ code: 2, err: expect.stringContaining("--room-version") });
    expect(await run(["redact", "-r", "11"], "{}")).toMatchObject({ code: 1 });
  });
});

describe("patrix state resolve and patrix auth check", () => {
  const create = {
    event_id: "$c",
    type: "m.room.create",
    state_key: "",
    sender: "@a:x",
    room_id: "!r:x",
    content: { room_version: "11" },
    origin_server_ts: 0,
    prev_events: [],
    auth_events: [],
  };
  const joins = (user: string, ts: number, prev: string[]) => ({
    ...create,
    event_id: `$${user}${ts}`,
    type: "m.room.member",
    state_key: user,
    sender: user,
    content: { membership: "join" },
    origin_server_ts: ts,
    prev_events: prev,
    auth_events: ["$c"],
  });
  const room = JSON.stringify([create, joins("@a:x", 1, ["$c"]), joins("@eve:x", 2, ["$@a:x1"])]);

  it("resolves the state at the ends of a room, without what is not allowed", async () => {
    const { code, out } = await run(["state", "resolve"], room);
    expect(code).toBe(0);
    expect(out).toBe("m.room.create\t\t$c\nm.room.member\t@a:x\t$@a:x1\n");
    expect((await run(["state", "resolve", "--explain"], room)).out).toContain("State resolution v2 of room version 11");
    expect((await run(["state", "resolve", "--dot"], room)).out).toContain("digraph");
    expect((await run(["state", "resolve", "--mermaid"], room)).out).toContain("flowchart");
    expect(JSON.parse((await run(["state", "resolve", "--json"], room)).out).state).toHaveLength(2);
  });

  it("lets no event write to the terminal as it likes", async () => {
    const eve = { ...joins("@eve:x", 2, ["$@a:x1"]), event_id: "$\u001B[2J\nallowed $forged", type: "m.\u009Bx", state_key: "\r" };
    const hostile = JSON.stringify([create, joins("@a:x", 1, ["$c"]), { ...eve, sender: "@a:x", auth_events: ["$c", "$@a:x1"] }]);
    const outputs = [
      await run(["auth", "check"], hostile),
      await run(["state", "resolve", "--explain"], hostile),
      await run(["state", "resolve"], hostile.replace("$c", eve.event_id)),
      await run(["validate"], JSON.stringify({ ...create, "\u001B]0;x\u0007": 1, sender: "\u001B[2J" })),
      await run(["validate"], JSON.stringify({ ...create, type: "\u001B[2J" })),
    ];
    for (const { out, err } of outputs) expect(out + err).not.toMatch(/[^\P{Cc}\n\t]|^allowed \$forged/mu);
    expect(outputs[0]?.out).toContain("\\u001b[2J\\u000aallowed $forged");
  });

  it("names the rule that rejects an event", async () => {
    const { code, out } = await run(["auth", "check"], room);
    expect(code).toBe(1);
    expect(out).toMatch(/^allowed {2}\$c .*\n(.*\n)*rejected \$@eve:x2 m\.room\.member {2}v11:/);
    expect(await run(["auth", "check", "--event", "$c"], room)).toMatchObject({ code: 0 });
    expect(await run(["auth", "check", "--event", "$none"], room)).toMatchObject({ code: 2 });
  });

  it("tells of cycles, missing events and rooms of unknown version", async () => {
    const cycle = [{ ...create, prev_events: ["$@a:x1"] }, joins("@a:x", 1, ["$c"])];
    expect(await run(["state", "resolve"], JSON.stringify(cycle))).toMatchObject({ code: 1, err: expect.stringContaining("cycle") });
    const loop = [
      create,
      { ...joins("@a:x", 1, ["$c"]), auth_events: ["$c", "$@b:x2"] },
      { ...joins("@b:x", 2, ["$c"]), auth_events: ["$@a:x1"] },
    ];
    for (const command of [
      ["state", "resolve"],
      ["auth", "check"],
    ]) {
      expect(await run(command, JSON.stringify(loop))).toMatchObject({ code: 1, err: expect.stringContaining("cycle") });
    }
    expect(await run(["state", "resolve"], JSON.stringify({ pdus: [create], stateMaps: [["$gone"]] }))).toMatchObject({
      code: 1,
      err: expect.stringContaining("$gone"),
    });
    expect(await run(["state", "resolve"], JSON.stringify([joins("@a:x", 1, [])]))).toMatchObject({
      code: 2,
      err: expect.stringContaining("--room-version"),
    });
    expect(await run(["state", "resolve"], "[1]")).toMatchObject({ code: 2 });
  });
});

describe("patrix schema", () => {
  it("prints the schema of a content", async () => {
    const { code, out } = await run(["schema", "m.room.topic"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", type: "object", required: ["topic"] });
  });

  it("writes OpenAPI 3.1 documents without dangling references", async () => {
    const out = join(folder, "schemas");
    expect(await run(["schema", "openapi/", "--out", out])).toMatchObject({ code: 0 });
    const names = readdirSync(join(out, "openapi"));
    expect(names).toHaveLength(5);
    for (const name of names) {
      const text = readFileSync(join(out, "openapi", name), "utf8");
      const document = JSON.parse(text);
      expect(document.openapi).toBe("3.1.0");
      for (const [, reference = ""] of text.matchAll(/"\$ref": "([^"]*)"/g)) {
        expect(Object.keys(document.components.schemas)).toContain(reference.replace("#/components/schemas/", ""));
      }
    }
  });

  it("says how to go on without a name, with an unknown one, or where it may not write", async () => {
    expect(await run(["schema"])).toMatchObject({ code: 2, err: expect.stringContaining("--out") });
    expect(await run(["schema", "m.room.topik"])).toMatchObject({ code: 2, err: expect.stringContaining("m.room.topic") });
    const taken = file("taken", "");
    expect(await run(["schema", "m.room.topic", "--out", taken])).toMatchObject({ code: 2, err: expect.stringContaining("cannot write") });
    expect((await run(["schema", "--list"])).out.split("\n").length).toBeGreaterThan(300);
  });
});

describe("patrix server-name", () => {
  it("reads a name without looking it up", async () => {
    const { code, out } = await run(["server-name", "--offline", "[2001:db8::1]:8448"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ host: "2001:db8::1", port: 8448, kind: "ipv6" });
    expect(await run(["server-name", "a b"])).toMatchObject({ code: 1, err: expect.stringContaining("not a server name") });
  });
});
