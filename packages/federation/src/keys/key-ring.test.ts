import { getRoomVersionRules } from "@patrix/room-versions";
import { buildPdu, createVerifyKey, type JsonObject, signingKeyFromSeed, signJson } from "@patrix/signatures";
import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { checkServerKeys } from "./check-server-keys.ts";
import { KeyRing, type KeyRingOptions } from "./key-ring.ts";
import { MemoryKeyStore, type StoredServerKeys } from "./key-store.ts";
import { buildServerKeys, signAsNotary } from "./own-server-keys.ts";

const day = 86_400_000;
const key = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:1");
const other = signingKeyFromSeed(new Uint8Array(32).fill(2), "ed25519:2");
const notaryKey = signingKeyFromSeed(new Uint8Array(32).fill(3), "ed25519:n");
const rules = getRoomVersionRules("11")!;

let clock: FakeClock;
let direct: Map<string, unknown>;
let passedOn: Map<string, unknown>;
let asked: string[];
let queries: string[][];
beforeEach(() => {
  clock = new FakeClock();
  direct = new Map();
  passedOn = new Map();
  asked = [];
  queries = [];
});

function published(server = "a.org", validForMs = day, current = [key]): JsonObject {
  return { ...buildServerKeys({ serverName: server, current, validUntilTs: clock.now() + validForMs }) };
}
function ring(options: Partial<KeyRingOptions> = {}): KeyRing {
  return new KeyRing({
    clock,
    source: {
      fetchServerKeys: async (server) => {
        asked.push(server);
        await Promise.resolve();
        if (!direct.has(server)) throw new Error("unreachable");
        return direct.get(server);
      },
      queryNotary: async (_, { server_keys: wanted }) => {
        queries.push(Object.keys(wanted));
        await Promise.resolve();
        return Object.keys(wanted).flatMap((server) => passedOn.get(server) ?? []);
      },
    },
    ...options,
  });
}
const wanted = (server = "a.org", keyId = "ed25519:1", minimumValidUntilTs = clock.now()) => [{ server, keyId, minimumValidUntilTs }];

describe("checkServerKeys", () => {
  const check = (response: unknown, server = "a.org") => checkServerKeys(response, server, clock.now());
  const resigned = (changes: object) => signJson({ ...published(), ...changes, signatures: {} }, "a.org", key);

  it("caps the validity at seven days", () => {
    expect(check(published("a.org", 3 * day)).keys["ed25519:1"]?.validUntilTs).toBe(clock.now() + 3 * day);
    expect(check(published("a.org", 3000 * day)).keys["ed25519:1"]?.validUntilTs).toBe(clock.now() + 7 * day);
  });

  it("lets no key retire in the future", () => {
    const old = { "ed25519:2": { key: other.publicKey, expired_ts: clock.now() + day } };
    expect(check(resigned({ old_verify_keys: old })).keys["ed25519:2"]?.expiredTs).toBe(clock.now());
  });

  it("takes 128 keys, current and retired ones together", () => {
    const retired = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`ed25519:old${i}`, { key: other.publicKey, expired_ts: 1 }]));
    expect(Object.keys(check(resigned({ old_verify_keys: retired(127) })).keys)).toHaveLength(128);
    expect(() => check(resigned({ old_verify_keys: retired(128) }))).toThrow("more than 128 keys");
  });

  it("leaves out keys of unknown algorithms and malformed ones", () => {
    const keys = { "ed25519:1": { key: key.publicKey }, "rsa:1": { key: "AAAA" }, "ed25519:x": { key: "AAAA" }, __proto__x: { key: "" } };
    expect(Object.keys(check(resigned({ verify_keys: keys })).keys)).toEqual(["ed25519:1"]);
  });

  it.each([
    ["no object", () => "keys", "MALFORMED_KEYS"],
    ["null", () => null, "MALFORMED_KEYS"],
    ["no keys", () => ({ server_name: "a.org" }), "MALFORMED_KEYS"],
    ["another server", () => published("b.org"), "WRONG_SERVER_NAME"],
    ["no signature", () => ({ ...published(), signatures: {} }), "UNSIGNED_KEYS"],
    ["a signature of another server only", () => ({ ...published(), signatures: { "b.org": published().signatures } }), "MALFORMED_KEYS"],
    ["a changed validity", () => ({ ...published(), valid_until_ts: clock.now() + 2 * day }), "UNSIGNED_KEYS"],
    ["a signature by a key that it does not list", () => signJson({ ...published(), signatures: {} }, "a.org", other), "UNSIGNED_KEYS"],
    [
      "a signature by a retired key only",
      () => {
        const old = { "ed25519:2": { key: other.publicKey, expired_ts: 1 } };
        return signJson({ ...published(), old_verify_keys: old, signatures: {} }, "a.org", other);
      },
      "UNSIGNED_KEYS",
    ],
    [
      "too many keys",
      () => {
        const many = Array.from({ length: 200 }, (_, i) => [`ed25519:${i}`, { key: key.publicKey }]);
        return resigned({ verify_keys: Object.fromEntries(many) });
      },
      "MALFORMED_KEYS",
    ],
  ])("refuses a response with %s", (_, response, code) => {
    expect(() => check(response())).toThrow(expect.objectContaining({ code }));
  });

  it("refuses a notary's response without a good signature of the notary", () => {
    const notary = { server: "n.org", keys: [createVerifyKey(notaryKey.publicKey, "ed25519:n")] };
    const by = (response: JsonObject) => checkServerKeys(response, "a.org", clock.now(), notary);
    expect(by(signAsNotary(published(), "n.org", notaryKey)).server).toBe("a.org");
    expect(() => by(published())).toThrow(expect.objectContaining({ code: "NOTARY_NOT_SIGNED" }));
    expect(() => by(signAsNotary(published(), "n.org", other))).toThrow(expect.objectContaining({ code: "NOTARY_NOT_SIGNED" }));
    const forged = signAsNotary({ ...published(), valid_until_ts: 1 }, "n.org", notaryKey);
    expect(() => by(forged)).toThrow(expect.objectContaining({ code: "UNSIGNED_KEYS" }));
  });
});

describe("KeyRing", () => {
  it("fetches a key once for all who want it at the same time, and keeps it", async () => {
    direct.set("a.org", published());
    const keys = ring();
    const lookups = await Promise.all(Array.from({ length: 50 }, () => keys.getKeys(wanted())));
    expect(lookups.every((lookup) => lookup("a.org", "ed25519:1")?.publicKey === key.publicKey)).toBe(true);
    await keys.getKeys(wanted());
    expect(asked).toEqual(["a.org"]);
  });

  it("asks again for a key that is not valid for long enough, but not within a minute", async () => {
    direct.set("a.org", published("a.org", 1000));
    const keys = ring();
    await keys.getKeys(wanted());
    clock.advance(2000);
    expect((await keys.getKeys(wanted()))("a.org", "ed25519:1")?.validUntilTs).toBeLessThan(clock.now());
    expect(asked).toHaveLength(1);
    clock.advance(60_000);
    direct.set("a.org", published());
    expect((await keys.getKeys(wanted()))("a.org", "ed25519:1")?.validUntilTs).toBe(clock.now() + day);
    expect(asked).toHaveLength(2);
  });

  it("is not led to ask again and again by a time far in the future or by unknown key IDs", async () => {
    direct.set("a.org", published());
    const keys = ring();
    for (let i = 0; i < 20; i++) {
      await keys.getKeys(wanted("a.org", "ed25519:1", Number.MAX_SAFE_INTEGER));
      await keys.getKeys(wanted("a.org", `ed25519:${i}`));
      await keys.getKeys(wanted("a.org", "constructor"));
    }
    expect(asked).toHaveLength(1);
  });

  it("keeps keys that the server no longer publishes, and learns when they were retired", async () => {
    direct.set("a.org", published());
    const keys = ring();
    await keys.getKeys(wanted());
    clock.advance(2 * day);
    const retired = [{ keyId: "ed25519:1", publicKey: key.publicKey, expiredTs: clock.now() - day }];
    direct.set("a.org", { ...buildServerKeys({ serverName: "a.org", current: [other], retired, validUntilTs: clock.now() + day }) });
    const lookup = await keys.getKeys([...wanted(), ...wanted("a.org", "ed25519:2")]);
    expect(lookup("a.org", "ed25519:1")?.expiredTs).toBe(clock.now() - day);
    expect(lookup("a.org", "ed25519:2")?.publicKey).toBe(other.publicKey);
  });

  it("leaves a server that fails alone for longer and longer, at first for seconds, since it may be back", async () => {
    const keys = ring();
    await keys.getKeys(wanted());
    const waits: number[] = [];
    for (let failures = 1; failures <= 9; failures++) {
      const before = asked.length;
      let waitedS = 0;
      while (asked.length === before && waitedS < 1_000) {
        clock.advance(1_000);
        waitedS++;
        await keys.getKeys(wanted());
      }
      waits.push(waitedS);
    }
    expect(waits).toEqual([2, 5, 15, 30, 60, 120, 240, 300, 300]);
    direct.set("a.org", published());
    clock.advance(300_000);
    expect((await keys.getKeys(wanted()))("a.org", "ed25519:1")).toBeDefined();
  });

  it("asks a bounded number of servers, however many names are invented, and forgets those it did not ask", async () => {
    const invented = Array.from({ length: 2000 }, (_, i) => `s${i}.org`);
    direct.set("s1999.org", published("s1999.org"));
    const keys = ring();
    await keys.getKeys(invented.flatMap((server) => wanted(server)));
    expect(asked.length).toBeLessThan(600);
    expect((await keys.getKeys(wanted("s1999.org")))("s1999.org", "ed25519:1")).toBeDefined();
  });

  it("asks nobody for what is no server name, and never for its own keys", async () => {
    const own = createVerifyKey(key.publicKey, "ed25519:1", { validUntilTs: Number.POSITIVE_INFINITY });
    const keys = ring({ known: { "own.org": [own] } });
    const lookup = await keys.getKeys([...wanted("own.org"), ...wanted("own.org", "ed25519:zz"), ...wanted("a b"), ...wanted("")]);
    expect(lookup("own.org", "ed25519:1")).toBe(own);
    expect(lookup("own.org", "ed25519:zz")).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("asks a notary for all servers that do not answer, in one query", async () => {
    direct.set("n.org", published("n.org", day, [notaryKey]));
    const servers = Array.from({ length: 12 }, (_, i) => `s${i}.org`);
    for (const server of servers) passedOn.set(server, signAsNotary(published(server), "n.org", notaryKey));
    const lookup = await ring({ notaries: [{ server: "n.org" }] }).getKeys(servers.flatMap((server) => wanted(server)));
    expect(servers.every((server) => lookup(server, "ed25519:1") !== undefined)).toBe(true);
    expect(queries).toEqual([servers]);
    expect(asked.filter((server) => server === "n.org")).toHaveLength(1);
  });

  it("splits a very large question, and answers all of it", async () => {
    const notaries = [{ server: "n.org", keys: [createVerifyKey(notaryKey.publicKey, "ed25519:n")] }];
    const servers = Array.from({ length: 120 }, (_, i) => `s${i}.org`);
    for (const server of servers) passedOn.set(server, signAsNotary(published(server), "n.org", notaryKey));
    const lookup = await ring({ notaries }).getKeys(servers.flatMap((server) => wanted(server)));
    expect(servers.every((server) => lookup(server, "ed25519:1") !== undefined)).toBe(true);
    expect(queries.every((query) => query.length <= 50)).toBe(true);
  });

  it("takes nothing from a notary that neither it nor the server has signed, nor about others", async () => {
    const notaries = [{ server: "n.org", keys: [createVerifyKey(notaryKey.publicKey, "ed25519:n")] }];
    passedOn.set("a.org", published());
    passedOn.set("b.org", signAsNotary({ ...published("b.org"), signatures: {} }, "n.org", notaryKey));
    passedOn.set("c.org", signAsNotary(published("d.org"), "n.org", notaryKey));
    const lookup = await ring({ notaries }).getKeys(["a.org", "b.org", "c.org"].flatMap((server) => wanted(server)));
    for (const server of ["a.org", "b.org", "c.org", "d.org"]) expect(lookup(server, "ed25519:1")).toBeUndefined();
  });

  it("asks whoever gave what is checked only where the server itself does not answer, and keeps what it says", async () => {
    direct.set("a.org", published());
    const keys = ring();
    await keys.getKeys(wanted(), "w.org");
    clock.advance(2 * day);
    expect((await keys.getKeys(wanted(), "w.org"))("a.org", "ed25519:1")?.validUntilTs).toBe(clock.now() - day);
    direct.delete("a.org");
    clock.advance(60_000);
    expect(queries).toEqual([["a.org"]]);
    passedOn.set("a.org", [published()]);
    for (let i = 0; i < 3; i++)
      expect((await keys.getKeys(wanted(), "w.org"))("a.org", "ed25519:1")?.validUntilTs).toBe(clock.now() + day / 24);
    expect(queries).toEqual([["a.org"], ["a.org"]]);
  });

  it("takes what the server itself says while a witness is asked for the better word", async () => {
    direct.set("a.org", published());
    const store = new MemoryKeyStore();
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => (answer = resolve));
    await ring({ store }).getKeys(wanted());
    clock.advance(2 * day);
    direct.delete("a.org");
    let isAsked = (): void => {};
    const whenAsked = new Promise<void>((resolve) => (isAsked = resolve));
    const source: KeyRingOptions["source"] = {
      fetchServerKeys: (server) => (direct.has(server) ? Promise.resolve(direct.get(server)) : Promise.reject(new Error("unreachable"))),
      queryNotary: async () => {
        isAsked();
        await slow;
        return [published()];
      },
    };
    const keys = ring({ store, source });
    const first = keys.getKeys(wanted(), "w.org");
    await whenAsked;
    // Its server is back, and has retired the key.
    const retired = [{ keyId: "ed25519:1", publicKey: key.publicKey, expiredTs: clock.now() - day }];
    direct.set("a.org", { ...buildServerKeys({ serverName: "a.org", current: [other], retired, validUntilTs: clock.now() + day }) });
    clock.advance(2_000);
    await keys.getKeys(wanted("a.org", "ed25519:2"));
    answer();
    expect((await first)("a.org", "ed25519:1")?.expiredTs).toBe(clock.now() - 2_000 - day);
    expect((await store.load("a.org"))?.keys["ed25519:1"]?.expiredTs).toBe(clock.now() - 2_000 - day);
  });

  it("finds what was stored while it read what was not", async () => {
    direct.set("a.org", published());
    const store = new MemoryKeyStore();
    // The first of those who ask reads so slowly that another one has fetched the keys meanwhile.
    let release = (): void => {};
    const slow = new Promise<void>((resolve) => (release = resolve));
    let reads = 0;
    const load = async (server: string): Promise<StoredServerKeys | undefined> => {
      const found = await store.load(server);
      if (reads++ === 0) await slow;
      return found;
    };
    const keys = ring({ store: { load, save: (server, of) => store.save(server, of) } });
    const first = keys.getKeys(wanted());
    await keys.getKeys(wanted());
    release();
    expect((await first)("a.org", "ed25519:1")?.publicKey).toBe(key.publicKey);
  });

  it("remembers a bounded number of servers", async () => {
    const store = new MemoryKeyStore(3);
    const keys = ring({ store });
    for (let i = 0; i < 5; i++) {
      direct.set(`s${i}.org`, published(`s${i}.org`));
      await keys.getKeys(wanted(`s${i}.org`));
    }
    expect(await store.load("s0.org")).toBeUndefined();
    expect(await store.load("s4.org")).toBeDefined();
  });

  it("gives responses to answer with as a notary, as they came", async () => {
    const response = { ...published(), "org.example.extra": [1, 2] };
    direct.set("a.org", signJson({ ...response, signatures: {} }, "a.org", key));
    expect(await ring().getResponse("a.org", clock.now())).toBe(direct.get("a.org"));
    expect(await ring().getResponse("gone.org", clock.now())).toBeUndefined();
  });
});

describe("verifyEvents", () => {
  const event = (sentTs: number): JsonObject => {
    const draft = { type: "m.room.message", room_id: "!r:a.org", sender: "@u:a.org", content: { body: "hi" }, origin_server_ts: sentTs };
    return buildPdu(draft, { prevEvents: ["$a"], authEvents: ["$b"], depth: 2 }, rules, { server: "a.org", key }).pdu;
  };

  it("accepts good events, redacts those with a wrong hash, refuses forged ones and those beyond the key's validity", async () => {
    direct.set("a.org", published("a.org", 3000 * day));
    const good = event(clock.now());
    const outcomes = await ring().verifyEvents(
      [
        good,
        { ...good, content: { body: "changed" } },
        { ...good, depth: 3 },
        { ...good, signatures: {} },
        { ...good, sender: "@u:b.org" },
        event(clock.now() + 6 * day),
        event(clock.now() + 8 * day),
      ],
      rules,
    );
    expect(outcomes.map((result) => ("code" in result ? result.code : result.outcome))).toEqual([
      "valid",
      "redacted",
      "BAD_SIGNATURE",
      "NO_SIGNATURE",
      "NO_SIGNATURE",
      "valid",
      "KEY_NOT_VALID",
    ]);
  });

  it("accepts events from before a key was retired and refuses later ones", async () => {
    const retired = [{ keyId: "ed25519:1", publicKey: key.publicKey, expiredTs: clock.now() - day }];
    direct.set("a.org", { ...buildServerKeys({ serverName: "a.org", current: [other], retired, validUntilTs: clock.now() + day }) });
    const outcomes = await ring().verifyEvents([event(clock.now() - 2 * day), event(clock.now())], rules);
    expect(outcomes.map((result) => ("code" in result ? result.code : result.outcome))).toEqual(["valid", "KEY_NOT_VALID"]);
  });
});
