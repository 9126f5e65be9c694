import { getRoomVersionRules, roomVersions } from "@patrix/room-versions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentHash, eventId, referenceHash } from "./event/hashes.ts";
import { redact } from "./event/redact.ts";
import { verifyEvent, verifyMany } from "./event/verify-event.ts";
import type { JsonObject } from "./json/json-object.ts";
import { signJson } from "./json/sign-json.ts";
import { verifyJson } from "./json/verify-json.ts";
import { generateSigningKey, signingKeyFromPkcs8, signingKeyFromSeed, signingKeyToPkcs8 } from "./keys/signing-key.ts";
import { formatSigningKeyFile, parseSigningKeyFile } from "./keys/signing-key-file.ts";
import { createVerifyKey, isKeyValidAt, keyLookup } from "./keys/verify-key.ts";
import { buildPdu, type PduDraft } from "./pdu/build-pdu.ts";
import { checkPduFormat } from "./pdu/check-pdu-format.ts";
import { toClientEvent } from "./pdu/client-format.ts";
import { fromFederation, toFederation } from "./pdu/federation-format.ts";
import { applyRedaction, canRedact } from "./pdu/redaction.ts";

const key = signingKeyFromSeed(new Uint8Array(32).fill(7), "ed25519:a");
const keys = keyLookup({ "a.org": { "ed25519:a": key.publicKey } });
const v11 = getRoomVersionRules("11")!;
const id = `$${"x".repeat(43)}`;
const draft: PduDraft = {
  type: "m.room.message",
  content: { body: "b" },
  sender: "@u:a.org",
  room_id: "!r:a.org",
  origin_server_ts: 1,
};
const position = { prevEvents: [id], authEvents: [id], depth: 2 };
const build = (changes: Partial<PduDraft> = {}): JsonObject =>
  buildPdu({ ...draft, ...changes }, position, v11, { server: "a.org", key }).pdu;
const json = fc.dictionary(
  fc.string({ unit: "grapheme" }),
  fc.oneof(fc.integer(), fc.string({ unit: "grapheme" }), fc.array(fc.boolean())),
);

/** `value` nested in 10,000 arrays. */
function deep(): unknown {
  let value: unknown = 1;
  for (let level = 0; level < 10_000; level += 1) value = [value];
  return value;
}

describe("signed JSON", () => {
  it("verifies after signing, not after a change, and the input stays as it is", () => {
    const verifyKeys = [createVerifyKey(key.publicKey, key.keyId)];
    fc.assert(
      fc.property(json, (object) => {
        const before = structuredClone(object);
        const { signatures: _signatures, unsigned: _unsigned, ...input } = object;
        const signed = signJson(input, "constructor", key);
        expect(verifyJson(signed, "constructor", verifyKeys).outcome).toBe("valid");
        expect(verifyJson({ ...signed, unsigned: { age: 1 } }, "constructor", verifyKeys).outcome).toBe("valid");
        expect(verifyJson({ ...signed, tampered: 1 }, "constructor", verifyKeys)).toMatchObject({ code: "BAD_SIGNATURE" });
        expect(object).toEqual(before);
      }),
    );
  });

  it.each([
    [undefined, "MALFORMED_SIGNATURES"],
    [[], "MALFORMED_SIGNATURES"],
    ["x", "MALFORMED_SIGNATURES"],
    [{}, "NO_SIGNATURE"],
    [{ "a.org": [] }, "MALFORMED_SIGNATURES"],
    [{ "a.org": {} }, "NO_SUPPORTED_SIGNATURE"],
    [{ "a.org": { "rsa:1": "x" } }, "NO_SUPPORTED_SIGNATURE"],
    [{ "a.org": { "ed25519:unknown": "x" } }, "NO_KNOWN_KEY"],
    [{ "a.org": { "ed25519:a": 1 } }, "MALFORMED_BASE64"],
    [{ "a.org": { "ed25519:a": "!" } }, "MALFORMED_BASE64"],
    [{ "a.org": { "ed25519:a": "AAAA" } }, "BAD_SIGNATURE"],
  ])("answers signatures %j with %s", (signatures, code) => {
    const verifyKeys = [createVerifyKey(key.publicKey, key.keyId)];
    expect(verifyJson({ signatures }, "a.org", verifyKeys)).toMatchObject({ outcome: "invalid", code });
    expect(verifyEvent({ ...build(), signatures }, v11, keys)).toMatchObject({ outcome: "invalid", code });
  });

  it("answers 10,000 levels with a documented error", () => {
    expect(() => signJson({ deep: deep() }, "a.org", key)).toThrow(expect.objectContaining({ code: "TOO_DEEP" }));
    const signed = { ...signJson({}, "a.org", key), deep: deep() };
    expect(verifyJson(signed, "a.org", [createVerifyKey(key.publicKey, key.keyId)])).toMatchObject({ code: "NOT_CANONICAL" });
    expect(checkPduFormat({ ...build(), content: { deep: deep() } }, v11)).toMatchObject([{ rule: "NOT_CANONICAL" }]);
  });
});

describe("events", () => {
  it("keep their hashes and ID whatever unsigned and signatures say, and their ID through redaction", () => {
    fc.assert(
      fc.property(json, (content) => {
        const pdu = build({ content });
        const other = { ...pdu, unsigned: content, signatures: {} };
        expect(contentHash(other, v11)).toBe(contentHash(pdu, v11));
        expect(referenceHash(other, v11)).toBe(referenceHash(pdu, v11));
        expect(eventId(redact(pdu, v11), v11)).toBe(eventId(pdu, v11));
        expect(redact(redact(pdu, v11), v11)).toEqual(redact(pdu, v11));
      }),
    );
  });

  it("are redacted when the content was tampered with and invalid when the rest was", async () => {
    const pdu = build();
    const tampered = { ...pdu, content: { body: "c" } };
    expect(verifyEvent(tampered, v11, keys)).toEqual({ outcome: "redacted", event: redact(tampered, v11) });
    expect(verifyEvent({ ...pdu, depth: 3 }, v11, keys)).toMatchObject({ code: "BAD_SIGNATURE", entity: "a.org" });
    const results = await verifyMany([pdu, tampered, { ...pdu, depth: 3 }, {}], v11, keys);
    expect(results.map((result) => result.outcome)).toEqual(["valid", "redacted", "invalid", "invalid"]);
  });

  it("count keys only within their validity, from version 5", () => {
    expect(isKeyValidAt({ validUntilTs: 5 }, 6, true)).toBe(false);
    expect(isKeyValidAt({ validUntilTs: 5 }, 5, true)).toBe(true);
    expect(isKeyValidAt({ validUntilTs: 5 }, 6, false)).toBe(true);
    expect(isKeyValidAt({}, 6, true)).toBe(false);
    expect(isKeyValidAt({ expiredTs: 5 }, 6, false)).toBe(false);
    const expired = createVerifyKey(key.publicKey, key.keyId, { expiredTs: 0 });
    expect(verifyEvent(build(), v11, () => expired)).toMatchObject({ code: "KEY_NOT_VALID" });
  });

  it.each([...roomVersions.values()])("of version $id are built, well-formed and named alike by the receiver", (rules) => {
    const old = rules.eventFormat.requireEventId;
    const reference = old ? ([id, { sha256: "x" }] as const) : id;
    const roomId = rules.roomIdFormat === "opaque" ? "!r:a.org" : `!${"y".repeat(43)}`;
    const place = { prevEvents: [reference], authEvents: [], depth: 1 };
    const built = buildPdu({ ...draft, room_id: roomId, event_id: old ? "$e:a.org" : undefined }, place, rules, { server: "a.org", key });
    expect(checkPduFormat(built.pdu, rules)).toEqual([]);
    expect(verifyEvent(built.pdu, rules, keys).outcome).toBe("valid");
    expect(fromFederation(built.pdu, rules)).toMatchObject({ eventId: built.eventId, roomId, prevEvents: [id] });
    expect(toFederation({ ...built.pdu, event_id: built.eventId }, rules)).toEqual(built.pdu);
    expect(toClientEvent(built.pdu, built.eventId, rules)).toMatchObject({ event_id: built.eventId, room_id: roomId });
  });

  it("name their room by the create event in version 12", () => {
    const v12 = getRoomVersionRules("12")!;
    const create = { ...draft, room_id: undefined, type: "m.room.create", state_key: "" };
    const built = buildPdu(create, { prevEvents: [], authEvents: [], depth: 1 }, v12);
    expect(built.roomId).toBe(`!${built.eventId.slice(1)}`);
    expect("room_id" in built.pdu).toBe(false);
    expect(checkPduFormat(built.pdu, v12)).toEqual([]);
  });

  it("are refused over 65,536 bytes", () => {
    expect(() => build({ content: { body: "é".repeat(33_000) } })).toThrow(expect.objectContaining({ code: "EVENT_TOO_LARGE" }));
    expect(checkPduFormat(build({ content: { body: "e".repeat(64_000) } }), v11)).toEqual([]);
  });
});

describe("the PDU format", () => {
  it.each([
    ["sender", "u", "GRAMMAR"],
    ["sender", `@${"u".repeat(255)}:a.org`, "TOO_LONG"],
    ["type", 1, "WRONG_TYPE"],
    ["type", "é".repeat(128), "TOO_LONG"],
    ["state_key", "é".repeat(128), "TOO_LONG"],
    ["state_key", null, "WRONG_TYPE"],
    ["content", [], "WRONG_TYPE"],
    ["room_id", "r", "GRAMMAR"],
    ["origin_server_ts", "1", "WRONG_TYPE"],
    ["depth", -1, "OUT_OF_RANGE"],
    ["depth", undefined, "MISSING"],
    ["hashes", {}, "WRONG_TYPE"],
    ["signatures", { "a.org": [] }, "WRONG_TYPE"],
    ["prev_events", Array.from({ length: 21 }, () => id), "TOO_MANY"],
    ["auth_events", Array.from({ length: 11 }, () => id), "TOO_MANY"],
    ["prev_events", [[id, { sha256: "x" }]], "REFERENCE"],
  ])("rejects %s that is %j as %s", (member, value, rule) => {
    const issues = checkPduFormat({ ...build(), [member]: value }, v11);
    expect(issues.map((issue) => [issue.pointer.split("/")[1], issue.rule])).toEqual([[member, rule]]);
  });

  it("reports rather than throws, whatever comes", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => checkPduFormat(value, v11).length > 0));
  });
});

describe("redactions", () => {
  it("are performed by level or by the same server, and leave the reason in unsigned", () => {
    const target = build();
    const targetEventId = eventId(target, v11);
    const redaction = build({ type: "m.room.redaction", content: { redacts: targetEventId }, sender: "@other:a.org" });
    const attempt = {
      redaction,
      redactionEventId: eventId(redaction, v11),
      target,
      targetEventId,
      senderPowerLevel: 0,
      redactPowerLevel: 50,
    };
    expect(canRedact(attempt, v11)).toBe(true);
    const stranger = { ...attempt, redaction: { ...redaction, sender: "@m:b.org" } };
    expect(canRedact(stranger, v11)).toBe(false);
    expect(canRedact({ ...stranger, senderPowerLevel: 50 }, v11)).toBe(true);
    expect(canRedact({ ...attempt, targetEventId: id }, v11)).toBe(false);
    expect(applyRedaction(target, redaction, v11)).toMatchObject({ content: {}, unsigned: { redacted_because: redaction } });
    expect(toClientEvent(redaction, id, v11).redacts).toBe(targetEventId);
  });
});

describe("signing keys", () => {
  it("survive the key file and PKCS#8, and never show the seed", () => {
    const made = generateSigningKey("ed25519:b_1");
    const text = formatSigningKeyFile([made, key]);
    expect(parseSigningKeyFile(text).map((read) => read.publicKey)).toEqual([made.publicKey, key.publicKey]);
    expect(signingKeyFromPkcs8(signingKeyToPkcs8(made), made.keyId).publicKey).toBe(made.publicKey);
    expect(() => parseSigningKeyFile("ed25519 a secret")).toThrow(expect.objectContaining({ code: "INVALID_KEY_FILE" }));
    expect(() => signingKeyFromSeed("AAAA", "ed25519:a")).toThrow(expect.objectContaining({ code: "INVALID_KEY" }));
    expect(() => signingKeyFromSeed(new Uint8Array(32), "rsa:a")).toThrow(expect.objectContaining({ code: "INVALID_KEY_ID" }));
    expect(JSON.stringify(made)).not.toContain(text.split(/\s/)[2]);
  });
});
