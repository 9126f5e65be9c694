import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRoomVersionRules } from "@patrix/room-versions";
import { hashAndSignEvent, type JsonObject, signEvent, signingKeyFromSeed, signJson } from "@patrix/signatures";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { authority, type KeyServer, publish, startKeyServer } from "./key-server.ts";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-cli-federation-"));
const rules = getRoomVersionRules("11")!;
const [keyA, keyB] = [1, 2].map((byte) => signingKeyFromSeed(new Uint8Array(32).fill(byte), `ed25519:k${byte}`)) as [
  ReturnType<typeof signingKeyFromSeed>,
  ReturnType<typeof signingKeyFromSeed>,
];
let a: KeyServer;
let b: KeyServer;
let network: string[];
beforeAll(async () => {
  [a, b] = [await startKeyServer(keyA), await startKeyServer(keyB)];
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, authority);
  network = ["--allow-private", "--ca", ca];
});
const answers: KeyServer["answer"][] = [];
beforeEach(() => {
  answers.push(a.answer, b.answer);
  a.asked.length = b.asked.length = 0;
});
afterEach(() => {
  [a.answer, b.answer] = answers.splice(0) as [KeyServer["answer"], KeyServer["answer"]];
});
afterAll(async () => {
  await a[Symbol.asyncDispose]();
  await b[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const draftBy = (server: string, changes: JsonObject = {}): JsonObject => ({
  type: "m.room.message",
  sender: `@alice:${server}`,
  room_id: `!room:${server}`,
  content: { body: "Hello", msgtype: "m.text" },
  origin_server_ts: Date.now(),
  depth: 1,
  prev_events: [],
  auth_events: [],
  ...changes,
});
const signedByA = (changes: JsonObject = {}): JsonObject => hashAndSignEvent(draftBy(a.name, changes), a.name, keyA, rules);
const verify = (pdu: JsonObject, ...more: string[]) =>
  run(["verify", "-r", "11", "--fetch-keys", ...network, ...more], JSON.stringify(pdu));

describe("patrix verify --fetch-keys", () => {
  it("finds the server that must have signed, fetches its keys and verifies with them", async () => {
    const { code, out, err } = await verify(signedByA());
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^valid\n {2}127\.0\.0\.1:\d+: fetched ed25519:k1 valid until 20\d\d-/);
    expect(a.asked).toEqual(["/_matrix/key/v2/server"]);
    expect(b.asked).toEqual([]);
  });

  it("asks every server that must have signed: for a restricted join also that of the authorising user", async () => {
    const content = { membership: "join", join_authorised_via_users_server: `@bob:${b.name}` };
    const join = signedByA({ type: "m.room.member", state_key: `@alice:${a.name}`, content });
    const both = signEvent(join, b.name, keyB, rules);
    const { code, out } = await verify(both, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ outcome: "valid", servers: [{ server: a.name }, { server: b.name, outcome: "fetched" }] });
    expect([a.asked.length, b.asked.length]).toEqual([1, 1]);
    expect(await verify(join)).toMatchObject({ code: 1, out: expect.stringContaining(`(${b.name}) [NO_SIGNATURE]`) });
  });

  it("tells forged signatures, changed contents, events beyond the validity and retired keys apart", async () => {
    const pdu = signedByA();
    expect(await verify({ ...pdu, depth: 7 })).toMatchObject({ code: 1, out: expect.stringContaining("[BAD_SIGNATURE]") });
    expect(await verify({ ...pdu, content: { body: "Bye" } })).toMatchObject({ code: 1, out: expect.stringMatching(/^redacted/) });
    const later = signedByA({ origin_server_ts: Date.now() + 30 * 86_400_000 });
    expect(await verify(later)).toMatchObject({ code: 1, out: expect.stringContaining("[KEY_NOT_VALID]") });
    const old = { [keyA.keyId]: { key: keyA.publicKey, expired_ts: 1000 } };
    a.answer = () => ({ body: publish(a.name, keyB, { old_verify_keys: old }) });
    const { code, out } = await verify(pdu);
    expect([code, out.includes("[KEY_NOT_VALID]"), out.includes("retired 1970-01-01")]).toEqual([1, true, true]);
    expect(await verify(signedByA({ origin_server_ts: 999 }))).toMatchObject({ code: 0 });
  });

  it("says that the server publishes other keys", async () => {
    a.answer = () => ({ body: publish(a.name, keyB) });
    const { code, out } = await verify(signedByA());
    expect(code).toBe(1);
    expect(out).toContain("absent it publishes ed25519:k2, and not ed25519:k1 [UNKNOWN_KEY]");
  });

  it("says why keys cannot be fetched and what to do, with exit code 2 and nothing on standard output", async () => {
    const cases = [
      [() => ({ status: 404, body: { errcode: "M_NOT_FOUND", error: "x" } }), "M_NOT_FOUND"],
      [() => ({ status: 500, body: { errcode: "\u001B[31m", error: "x" } }), "M_UNKNOWN"],
      [() => ({ body: {} }), "MALFORMED_KEYS"],
      [() => ({ body: publish(b.name, keyA) }), "WRONG_SERVER_NAME"],
      [() => ({ body: { ...publish(a.name, keyA), valid_until_ts: 1 } }), "UNSIGNED_KEYS"],
      [() => ({ body: "x".repeat(200_000) }), "RESPONSE_TOO_LARGE"],
    ] as const;
    for (const [answer, code] of cases) {
      a.answer = answer;
      const outcome = await verify(signedByA());
      expect(outcome).toMatchObject({ code: 2, out: "", err: expect.stringContaining(`[${code}]`) });
      expect(outcome.err).toContain(`patrix server-name ${a.name}`);
      expect(outcome.err.trim().split("\n")).toHaveLength(1);
      expect(outcome.err).not.toContain("\u001B");
    }
    const { code, out } = await verify(signedByA(), "--json");
    expect([code, JSON.parse(out)]).toMatchObject([2, { outcome: "unknown", code: "NO_KNOWN_KEY", servers: [{ outcome: "failed" }] }]);
  });

  it("neither connects to private addresses nor trusts any certificate unless told to", async () => {
    const pdu = JSON.stringify(signedByA());
    const plain = ["verify", "-r", "11", "--fetch-keys"];
    expect(await run(plain, pdu)).toMatchObject({ code: 2, err: expect.stringMatching(/\[ADDRESS_NOT_ALLOWED\].*--allow-private/) });
    expect(await run([...plain, "--allow-private"], pdu)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/\[CERTIFICATE_NOT_VALID\].*--ca/),
    });
    expect(a.asked).toEqual([]);
    const bad = join(folder, "bad.pem");
    writeFileSync(bad, "no");
    expect(await run([...plain, "--ca", bad], pdu)).toMatchObject({ code: 1, err: expect.stringContaining("certificate in PEM") });
    const nowhere = hashAndSignEvent(draftBy("127.0.0.1:9"), "127.0.0.1:9", keyA, rules);
    expect(await verify(nowhere)).toMatchObject({ code: 2, err: expect.stringContaining("[CONNECTION_FAILED]") });
  });

  it("asks a notary for what the server does not give, and nobody for keys that are given", async () => {
    const passedOn = signJson(publish(a.name, keyA), b.name, keyB);
    a.answer = () => ({ status: 500, body: {} });
    b.answer = (path) => ({ body: path.endsWith("/query") ? { server_keys: [passedOn] } : publish(b.name, keyB) });
    expect(await verify(signedByA(), "--notary", b.name)).toMatchObject({ code: 0, out: expect.stringMatching(/^valid\n.*fetched/) });
    a.asked.length = 0;
    expect(await verify(signedByA(), "--key", `${a.name}=${keyA.keyId}=${keyA.publicKey}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining("given ed25519:k1"),
    });
    expect(a.asked).toEqual([]);
  });

  it("verifies any object that a server signed", async () => {
    const line = ["verify", "-s", a.name, "--fetch-keys", ...network];
    expect(await run(line, JSON.stringify(signJson({ one: 1 }, a.name, keyA)))).toMatchObject({ code: 0 });
    expect(await run(line, JSON.stringify({ ...signJson({ one: 1 }, a.name, keyA), one: 2 }))).toMatchObject({ code: 1 });
  });

  it("survives events that name no server, or are none", async () => {
    for (const pdu of [
      {},
      { ...signedByA(), sender: "alice" },
      { ...signedByA(), signatures: { "a b": { "ed25519:1": "" } }, sender: "@a:a b" },
    ]) {
      const { code, err } = await verify(pdu);
      expect(code).toBeGreaterThan(0);
      expect(err).not.toContain("internal error");
    }
  });
});

describe("patrix server-name", () => {
  it("prints the steps, where to connect, and the keys", async () => {
    const { code, out } = await run(["server-name", a.name, ...network]);
    expect(code).toBe(0);
    const port = a.name.split(":")[1];
    expect(out).toContain(`step 1    127.0.0.1, port ${port}\n`);
    expect(out).toContain(`connect   127.0.0.1, port ${port}: 127.0.0.1\nHost      ${a.name}\ncertified 127.0.0.1\n`);
    expect(out).toMatch(new RegExp(`^key {7}ed25519:k1 ${keyA.publicKey.replaceAll("+", "\\+")} valid until 20`, "m"));
    const { steps, server, keys } = JSON.parse((await run(["server-name", "--json", a.name, ...network])).out);
    expect(steps).toEqual(server.trace);
    expect(keys).toMatchObject({ server: a.name, keys: { "ed25519:k1": { key: keyA.publicKey } }, response: { server_name: a.name } });
  });

  it("prints the steps as far as they went, and says what to do", async () => {
    a.answer = () => ({ body: publish(b.name, keyA) });
    const wrong = await run(["server-name", a.name, ...network]);
    expect(wrong).toMatchObject({ code: 1, out: expect.stringContaining("connect"), err: expect.stringContaining("[WRONG_SERVER_NAME]") });
    expect(await run(["server-name", "127.0.0.1:8448"])).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("--allow-private"),
    });
    const unknown = await run(["server-name", "--json", "name.invalid:8448"]);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining("[SERVER_NOT_FOUND]") });
    expect(JSON.parse(unknown.out)).toMatchObject({ steps: [], problem: { code: "SERVER_NOT_FOUND" } });
  });
});
