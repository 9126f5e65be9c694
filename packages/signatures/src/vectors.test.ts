import { existsSync, readFileSync } from "node:fs";
import { getRoomVersionRules } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { hashAndSignEvent } from "./event/hash-and-sign-event.ts";
import { contentHash, referenceHash } from "./event/hashes.ts";
import { redact } from "./event/redact.ts";
import { verifyEvent } from "./event/verify-event.ts";
import type { JsonObject } from "./json/json-object.ts";
import { signJson } from "./json/sign-json.ts";
import { verifyJson } from "./json/verify-json.ts";
import { signingKeyFromSeed } from "./keys/signing-key.ts";
import { createVerifyKey, keyLookup } from "./keys/verify-key.ts";

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
