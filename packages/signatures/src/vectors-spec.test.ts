import { existsSync, readFileSync } from "node:fs";
import { getRoomVersionRules, roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { hashAndSignEvent } from "./event/hash-and-sign-event.ts";
import { contentHash, referenceHash } from "./event/hashes.ts";
import { redact } from "./event/redact.ts";
import { verifyEvent } from "./event/verify-event.ts";
import type { JsonObject } from "./json/json-object.ts";
import { signJson } from "./json/sign-json.ts";
import { verifyJson } from "./json/verify-json.ts";
import { signingKeyFromSeed } from "./keys/signing-key.ts";
import { capValidUntilTs, createVerifyKey, keyLookup } from "./keys/verify-key.ts";
import { checkPduFormat, MAX_AUTH_EVENTS, MAX_PREV_EVENTS } from "./pdu/check-pdu-format.ts";

const vectors = new URL("../../../../shared/spec/vectors/", import.meta.url);
const missing = !existsSync(vectors);
if (missing) console.warn("signatures: ../shared/spec is absent, vector tests are skipped");

interface Vectors {
  signing: {
    seed: string;
    serverName: string;
    keyId: string;
    derived: { publicKey: string };
    json: { input: JsonObject; signed: JsonObject }[];
    events: {
      input: JsonObject;
      signed: JsonObject;
      contentHash: string;
      derived: { referenceHash: string; referenceHashUrlSafe: string };
    }[];
  };
  limits: {
    event: { maxBytes: number; fields: Record<string, number> };
    pdu: { maxAuthEvents: number; maxPrevEvents: number; maxDepth: Record<string, string> };
    signingKeys: { validUntilCapDays: number };
  };
  redaction: { versions: Record<string, string>; cases: { event: JsonObject; redacted: Record<string, JsonObject> }[] };
}
function read<K extends keyof Vectors>(name: K): Vectors[K] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, vectors), "utf8"));
}

describe.skipIf(missing)("the specification's signing vectors", () => {
  it("reproduces the signed JSON and verifies it", () => {
    const data = read("signing");
    const key = signingKeyFromSeed(data.seed, data.keyId);
    expect(key.publicKey).toBe(data.derived.publicKey);
    for (const { input, signed } of data.json) {
      expect(signJson(input, data.serverName, key)).toEqual(signed);
      expect(verifyJson(signed, data.serverName, [createVerifyKey(key.publicKey, key.keyId)]).outcome).toBe("valid");
    }
  });

  it("reproduces hashes and signatures of the events and verifies them", () => {
    const data = read("signing");
    const key = signingKeyFromSeed(data.seed, data.keyId);
    const [v1, v3, v4] = [getRoomVersionRules("1")!, getRoomVersionRules("3")!, getRoomVersionRules("4")!];
    for (const { input, signed, contentHash: hash, derived } of data.events) {
      expect(contentHash(input, v1)).toBe(hash);
      expect(hashAndSignEvent(input, data.serverName, key, v1)).toEqual(signed);
      expect(referenceHash(signed, v3)).toBe(derived.referenceHash);
      expect(referenceHash(signed, v4)).toBe(derived.referenceHashUrlSafe);
      const keys = keyLookup({ [data.serverName]: { [data.keyId]: key.publicKey } });
      expect(verifyEvent(signed, v4, keys)).toEqual({ outcome: "valid", event: signed });
    }
  });
});

describe.skipIf(missing)("the specification's redaction vectors", () => {
  it("leaves what each algorithm leaves, and the same when run twice", () => {
    const data = read("redaction");
    for (const [version, algorithm] of Object.entries(data.versions)) {
      const rules = getRoomVersionRules(version)!;
      for (const { event, redacted } of data.cases) {
        const result = redact(event, rules);
        expect(result).toEqual(redacted[algorithm]);
        expect(redact(result, rules)).toEqual(result);
      }
    }
  });
});

describe.skipIf(missing)("the specification's limits", () => {
  const data = missing ? undefined : read("limits");
  const problems = (change: (pdu: JsonObject) => JsonObject, id = "11"): (string | undefined)[] => {
    const key = signingKeyFromSeed(new Uint8Array(32), "ed25519:1");
    const rules = getRoomVersionRules(id)!;
    const draft = { type: "m.x", sender: "@u:a.org", room_id: `!${"r".repeat(43)}`, content: {}, origin_server_ts: 1, depth: 1 };
    const withId = rules.eventFormat.requireEventId ? { event_id: "$1:a.org" } : {};
    const room = rules.roomIdFormat === "opaque" ? { room_id: "!r:a.org" } : {};
    const event: JsonObject = { ...draft, ...withId, ...room, prev_events: [], auth_events: [] };
    return checkPduFormat(change(hashAndSignEvent(event, "a.org", key, rules)), rules).map(({ rule }) => rule);
  };

  it("of events are those of the PDU check, in size and in each field", () => {
    const { maxBytes, fields } = data!.event;
    const fill = (pdu: JsonObject, more: number): JsonObject => {
      const empty = Buffer.byteLength(JSON.stringify({ ...pdu, content: { body: "" } }));
      return { ...pdu, content: { body: "x".repeat(maxBytes - empty + more) } };
    };
    expect(problems((pdu) => fill(pdu, 0))).toEqual([]);
    expect(problems((pdu) => fill(pdu, 1))).toEqual(["TOO_LARGE"]);
    const makers: Record<string, (length: number) => string> = {
      sender: (length) => `@${"u".repeat(length - 7)}:a.org`,
      room_id: (length) => `!${"r".repeat(length - 7)}:a.org`,
      event_id: (length) => `$${"e".repeat(length - 7)}:a.org`,
    };
    for (const [field, most] of Object.entries(fields)) {
      const text = makers[field] ?? ((length: number) => "x".repeat(length));
      expect([field, problems((pdu) => ({ ...pdu, [field]: text(most) }), "1")]).toEqual([field, []]);
      expect([field, problems((pdu) => ({ ...pdu, [field]: text(most + 1) }), "1")]).toEqual([field, ["TOO_LONG"]]);
    }
  });

  it("of references and depth are those of the PDU check", () => {
    expect([MAX_AUTH_EVENTS, MAX_PREV_EVENTS]).toEqual([data!.pdu.maxAuthEvents, data!.pdu.maxPrevEvents]);
    for (const id of roomVersions.keys()) {
      const [, text = ""] = Object.entries(data!.pdu.maxDepth).find(([range]) => isInRange(Number(id), range)) ?? [];
      const [base = 0, exponent = 0, less = 0] = text.split(/[\^-]/).map(Number);
      // The largest double that is no more than the limit.
      const most = exponent > 53 ? 2 ** exponent - 1024 : base ** exponent - less;
      expect([id, problems((pdu) => ({ ...pdu, depth: most }), id)]).toEqual([id, []]);
      expect(problems((pdu) => ({ ...pdu, depth: base ** exponent * 2 }), id)).not.toEqual([]);
    }
  });

  it("of a key's validity are those of the cap", () => {
    expect(capValidUntilTs(Number.POSITIVE_INFINITY, 5)).toBe(5 + data!.signingKeys.validUntilCapDays * 86_400_000);
  });
});

function isInRange(value: number, range: string): boolean {
  const [from = 0, to = from] = range.split("-").map(Number);
  return from <= value && value <= to;
}
