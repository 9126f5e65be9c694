import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { hashAndSignEvent } from "./event/hash-and-sign-event.ts";
import { redact } from "./event/redact.ts";
import { requiredKeys, verifyEvent, verifyMany } from "./event/verify-event.ts";
import type { JsonObject } from "./json/json-object.ts";
import { signJson } from "./json/sign-json.ts";
import { verifyJson, verifyJsonAsync } from "./json/verify-json.ts";
import { signingKeyFromSeed } from "./keys/signing-key.ts";
import { capValidUntilTs, createVerifyKey } from "./keys/verify-key.ts";
import { buildPdu } from "./pdu/build-pdu.ts";
import { checkPduFormat } from "./pdu/check-pdu-format.ts";

const key = signingKeyFromSeed(new Uint8Array(32).fill(9), "ed25519:1");
const other = signingKeyFromSeed(new Uint8Array(32).fill(8), "ed25519:1");
const TEN_MEGABYTES = 10 * 1024 * 1024;
const sentTs = 1_700_000_000_000;

describe("what is no JSON object", () => {
  const noObjects = [undefined, null, 5, "x", true, [], [{}]] as readonly unknown[] as readonly object[];

  it("is signed by nobody, and no error to ask about", async () => {
    const [, rules] = [...roomVersions][0]!;
    const lookUp = () => undefined;
    for (const value of noObjects) {
      expect(verifyJson(value, "a.org", [])).toMatchObject({ outcome: "invalid", code: "NOT_AN_OBJECT" });
      await expect(verifyJsonAsync(value, "a.org", [])).resolves.toMatchObject({ code: "NOT_AN_OBJECT" });
      expect(verifyEvent(value, rules, lookUp)).toMatchObject({ outcome: "invalid", code: "NOT_AN_OBJECT" });
      expect(requiredKeys(value, rules)).toEqual([]);
      expect(() => signJson(value, "a.org", key)).toThrow(expect.objectContaining({ code: "NOT_AN_OBJECT" }));
    }
    await expect(verifyMany(noObjects, rules, lookUp)).resolves.toHaveLength(noObjects.length);
  });
});

describe.each([...roomVersions])("hostile events of room version %s", (id, rules) => {
  const withId = rules.eventFormat.requireEventId ? { event_id: "$1:a.org" } : {};
  const draft = (changes: JsonObject = {}): JsonObject => ({
    type: "m.room.message",
    sender: "@u:a.org",
    room_id: rules.roomIdFormat === "opaque" ? "!r:a.org" : `!${"y".repeat(43)}`,
    content: { body: "b" },
    origin_server_ts: sentTs,
    depth: 1,
    prev_events: [],
    auth_events: [],
    ...withId,
    ...changes,
  });
  const sign = (changes?: JsonObject): JsonObject => hashAndSignEvent(draft(changes), "a.org", key, rules);
  const until = (validUntilTs: number, expiredTs?: number) => () =>
    createVerifyKey(key.publicKey, key.keyId, { validUntilTs, ...(expiredTs !== undefined && { expiredTs }) });
  const valid = until(sentTs);

  it("with the signature of another key, of another event or with one bit changed are invalid", () => {
    const forged = hashAndSignEvent(draft(), "a.org", other, rules);
    const swapped = { ...sign(), signatures: sign({ origin_server_ts: sentTs - 1 })["signatures"] };
    expect(verifyEvent(forged, rules, valid)).toMatchObject({ code: "BAD_SIGNATURE", entity: "a.org" });
    expect(verifyEvent(swapped, rules, valid)).toMatchObject({ code: "BAD_SIGNATURE" });
    const text = (sign()["signatures"] as Record<string, Record<string, string>>)["a.org"]![key.keyId]!;
    const changed = `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;
    expect(verifyEvent({ ...sign(), signatures: { "a.org": { [key.keyId]: changed } } }, rules, valid)).toMatchObject({
      code: "BAD_SIGNATURE",
    });
  });

  it("whose hash is wrong count only redacted, and whose hash is missing not at all", () => {
    const wrong = { ...sign(), content: { body: "other" } };
    expect(verifyEvent(wrong, rules, valid)).toEqual({ outcome: "redacted", event: redact(wrong, rules) });
    expect(verifyEvent({ ...sign(), hashes: {} }, rules, valid)).toMatchObject({ code: "MALFORMED_EVENT" });
    expect(verifyEvent({ ...sign(), hashes: { sha256: "x" } }, rules, valid)).toMatchObject({ code: "BAD_SIGNATURE" });
  });

  it("signed after the key expired, or after the end of its validity, are invalid", () => {
    expect(verifyEvent(sign(), rules, until(sentTs + 1, sentTs - 1))).toMatchObject({ code: "KEY_NOT_VALID" });
    expect(verifyEvent(sign(), rules, until(0, sentTs)).outcome).toBe("valid");
    expect(verifyEvent(sign(), rules, until(sentTs - 1)).outcome).toBe(rules.enforceKeyValidity ? "invalid" : "valid");
  });

  it("from the future find no key that is valid for so long, whatever the server claims", () => {
    const future = sign({ origin_server_ts: sentTs + 30 * 86_400_000 });
    const claimed = capValidUntilTs(Number.MAX_SAFE_INTEGER, sentTs);
    expect(verifyEvent(future, rules, until(claimed)).outcome).toBe(rules.enforceKeyValidity ? "invalid" : "valid");
  });

  // The oldest and the newest: the code is the same for all, and it takes a while.
  if (["1", "12"].includes(id))
    it("of 10 MB are refused by the format check, and judged without an exception before it", async () => {
      const long = { ...sign(), content: { body: "x".repeat(TEN_MEGABYTES) } };
      const wide = {
        ...sign(),
        content: Object.fromEntries(Array.from({ length: 100_000 }, (_unused, i) => [`key${i}`, "x".repeat(100)])),
      };
      const signed = {
        ...sign(),
        signatures: { "a.org": Object.fromEntries(Array.from({ length: 100_000 }, (_unused, i) => [`ed25519:${i}`, ""])) },
      };
      for (const event of [long, wide, signed]) {
        expect(checkPduFormat(event, rules)).toContainEqual(expect.objectContaining({ rule: "TOO_LARGE" }));
      }
      expect((await verifyMany([long, wide], rules, valid)).map((result) => result.outcome)).toEqual(["redacted", "redacted"]);
      expect(verifyEvent(signed, rules, () => undefined)).toMatchObject({ code: "NO_KNOWN_KEY" });
      expect(requiredKeys(signed, rules)).toHaveLength(100_000);
      const { event_id: eventId, ...made } = draft({ content: { body: "x".repeat(TEN_MEGABYTES) } });
      const position = { prevEvents: [], authEvents: [], depth: 1 };
      const build = () =>
        buildPdu({ ...made, ...(eventId !== undefined && { event_id: eventId }) } as never, position, rules, { server: "a.org", key });
      expect(build).toThrow(expect.objectContaining({ code: "EVENT_TOO_LARGE" }));
    });
});
