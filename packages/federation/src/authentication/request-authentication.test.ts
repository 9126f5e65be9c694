import { existsSync, readFileSync } from "node:fs";
import { formatXMatrix } from "@patrix/federation-api";
import { createVerifyKey, keyLookup, type KeyValidity, signingKeyFromSeed } from "@patrix/signatures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAuthorization } from "./read-authorization.ts";
import { signRequest } from "./sign-request.ts";
import { type ReceivedRequest, verifyRequest } from "./verify-request.ts";

const vectors = new URL("../../../../../shared/spec/vectors/http-headers.json", import.meta.url);
const isMissing = !existsSync(vectors);
if (isMissing) console.warn("federation: ../shared/spec is absent, X-Matrix vectors are skipped");
interface HeaderCase {
  header: string;
  origin: string;
  destination: string | null;
  key: string;
  sig: string;
}
const cases: HeaderCase[] = isMissing ? [] : JSON.parse(readFileSync(vectors, "utf8")).xMatrix.cases;

const nowTs = 1_700_000_000_000;
const key = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:a");
const second = signingKeyFromSeed(new Uint8Array(32).fill(2), "ed25519:b");
const request = {
  method: "PUT",
  uri: "/_matrix/federation/v1/send/1?a=%20b",
  origin: "a.org",
  destination: "b.org",
  content: { x: [1, "é"] },
};
const valid: KeyValidity = { validUntilTs: nowTs + 1 };

function keysOf(validity: KeyValidity = valid, ...keys: (typeof key)[]) {
  const known = keys.map((one) => [one.keyId, createVerifyKey(one.publicKey, one.keyId, validity)] as const);
  return { getKeys: () => Promise.resolve(keyLookup({ "a.org": Object.fromEntries(known) })) };
}
const verify = (changes: Partial<ReceivedRequest> = {}, keys = keysOf(valid, key), serverName = "b.org") =>
  verifyRequest(
    { method: request.method, uri: request.uri, content: request.content, authorization: signRequest(request, key), ...changes },
    { serverName, keys, nowTs },
  );

describe("verifyRequest", () => {
  it("accepts what signRequest signed", async () => {
    expect(await verify()).toEqual({ origin: "a.org", keyIds: ["ed25519:a"] });
  });

  it("accepts requests without a body, and only those, where none was signed", async () => {
    const { content: _, ...bare } = request;
    expect(await verify({ authorization: signRequest(bare, key), content: undefined })).toMatchObject({ origin: "a.org" });
    await expect(verify({ authorization: signRequest(bare, key), content: {} })).rejects.toMatchObject({ code: "BAD_SIGNATURE" });
  });

  it("takes the members of the body in any order", async () => {
    const content = { b: 1, a: { d: 2, c: 3 } };
    const authorization = signRequest({ ...request, content }, key);
    expect(await verify({ authorization, content: { a: { c: 3, d: 2 }, b: 1 } })).toMatchObject({ origin: "a.org" });
  });

  it("takes floats, which events of old rooms have", async () => {
    const content = { pdus: [{ depth: 1.5, big: 2 ** 60 }] };
    expect(await verify({ authorization: signRequest({ ...request, content }, key), content })).toMatchObject({ origin: "a.org" });
  });

  it.each([
    ["method", { method: "POST" }],
    ["path", { uri: "/_matrix/federation/v1/send/2?a=%20b" }],
    ["query", { uri: "/_matrix/federation/v1/send/1?a=b" }],
    ["encoding of the query", { uri: "/_matrix/federation/v1/send/1?a=+b" }],
    ["body", { content: { x: [1, "e"] } }],
    ["presence of the body", { content: undefined }],
  ])("refuses another %s", async (_, changes) => {
    await expect(verify(changes)).rejects.toMatchObject({ code: "BAD_SIGNATURE" });
  });

  it("refuses a request for another server", async () => {
    await expect(verify({}, keysOf(valid, key), "c.org")).rejects.toMatchObject({ code: "WRONG_DESTINATION" });
  });

  it("binds a request without destination in the header to the own name", async () => {
    const withoutDestination = (destination: string) => {
      const sig = readAuthorization(signRequest({ ...request, destination }, key)).signatures.get(key.keyId)!;
      return formatXMatrix({ origin: "a.org", key: key.keyId, sig });
    };
    expect(await verify({ authorization: withoutDestination("b.org") })).toMatchObject({ origin: "a.org" });
    await expect(verify({ authorization: withoutDestination("c.org") })).rejects.toMatchObject({ code: "BAD_SIGNATURE" });
  });

  it("accepts several headers, each with its key, if all of known keys verify", async () => {
    const authorization = [signRequest(request, key), signRequest(request, second)];
    expect((await verify({ authorization }, keysOf(valid, key, second))).keyIds).toEqual(["ed25519:a", "ed25519:b"]);
    expect((await verify({ authorization }, keysOf(valid, second))).keyIds).toEqual(["ed25519:b"]);
    const forged = [signRequest(request, key), signRequest({ ...request, method: "GET" }, second)];
    await expect(verify({ authorization: forged }, keysOf(valid, key, second))).rejects.toMatchObject({ code: "BAD_SIGNATURE" });
  });

  it.each([
    ["no header", undefined, "MISSING_AUTHORIZATION"],
    ["an empty list", [], "MISSING_AUTHORIZATION"],
    ["another scheme", "Bearer abc", "MALFORMED_AUTHORIZATION"],
    ["rubbish", "X-Matrix ,,,", "MALFORMED_AUTHORIZATION"],
    ["an empty header", "", "MALFORMED_AUTHORIZATION"],
    ["a header bomb", `X-Matrix ${'a="b",'.repeat(100_000)}`, "MALFORMED_AUTHORIZATION"],
    ["too many headers", Array.from({ length: 9 }, (_, i) => `X-Matrix origin=a.org,key="ed25519:${i}",sig=x`), "MALFORMED_AUTHORIZATION"],
    ["the same key twice", [signRequest(request, key), signRequest(request, key)], "MALFORMED_AUTHORIZATION"],
    ["different origins", [signRequest(request, key), signRequest({ ...request, origin: "c.org" }, second)], "MALFORMED_AUTHORIZATION"],
    ["an origin that is no server name", 'X-Matrix origin="a b",key="ed25519:a",sig="x"', "MALFORMED_AUTHORIZATION"],
    ["the own name as origin", 'X-Matrix origin="b.org",key="ed25519:a",sig="x"', "MALFORMED_AUTHORIZATION"],
    ["a signature that is no base64", 'X-Matrix origin="a.org",destination="b.org",key="ed25519:a",sig="?"', "BAD_SIGNATURE"],
    ["a signature that is too short", 'X-Matrix origin="a.org",destination="b.org",key="ed25519:a",sig="AAAA"', "BAD_SIGNATURE"],
    ["an unknown algorithm", 'X-Matrix origin="a.org",destination="b.org",key="rsa:a",sig="AAAA"', "UNKNOWN_KEY"],
    ["an inherited key name", 'X-Matrix origin="a.org",destination="b.org",key="constructor",sig="AAAA"', "UNKNOWN_KEY"],
  ])("refuses %s", async (_, authorization, code) => {
    await expect(verify({ authorization })).rejects.toMatchObject({ code });
  });

  it.each([
    ["retired", { validUntilTs: nowTs + 1, expiredTs: nowTs - 1 }],
    ["no longer valid", { validUntilTs: nowTs - 1 }],
    ["without a validity", {}],
  ])("refuses a key that is %s", async (_, validity) => {
    await expect(verify({}, keysOf(validity, key))).rejects.toMatchObject({ code: "KEY_NOT_VALID" });
  });

  it("refuses unknown keys, and bodies without Canonical JSON", async () => {
    await expect(verify({}, keysOf(valid, second))).rejects.toMatchObject({ code: "UNKNOWN_KEY" });
    await expect(verify({ content: "\ud800" })).rejects.toMatchObject({ code: "NOT_CANONICAL" });
    const deep: unknown = JSON.parse("[".repeat(5000) + "]".repeat(5000));
    await expect(verify({ content: deep })).rejects.toMatchObject({ code: "NOT_CANONICAL" });
  });

  it("throws nothing but the documented errors, for any header", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `X-Matrix ${text}`),
        ),
        async (authorization) => {
          await expect(verify({ authorization })).rejects.toMatchObject({ name: "FederationError" });
        },
      ),
    );
  });
});

describe("signRequest", () => {
  it.skipIf(isMissing)("is read by the vectors' rules", () => {
    expect(cases.length).toBeGreaterThan(0);
    for (const { header, origin, destination, key: keyId, sig } of cases) {
      const read = readAuthorization(header);
      expect([read.origin, read.destination ?? null, [...read.signatures]]).toEqual([origin, destination, [[keyId, sig]]]);
    }
  });
});
