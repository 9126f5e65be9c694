import { expect, it } from "vitest";
import { canonicalContent, signedEnvelopeBytes, signedRequestBytes } from "./signed-request.ts";

const envelope = { method: "PUT", uri: "/_matrix/federation/v1/send/1?a=%20b", origin: "a.org", destination: "b.org" };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

it("has the members that the specification names, and no others", () => {
  expect(text(signedRequestBytes({ ...envelope, content: { x: [1, "é"] } }))).toBe(
    '{"content":{"x":[1,"é"]},"destination":"b.org","method":"PUT","origin":"a.org","uri":"/_matrix/federation/v1/send/1?a=%20b"}',
  );
  expect(text(signedRequestBytes(envelope))).toBe(
    '{"destination":"b.org","method":"PUT","origin":"a.org","uri":"/_matrix/federation/v1/send/1?a=%20b"}',
  );
});

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["an empty object", {}],
  ["members in no order", { b: 1, a: { d: [null], c: "\u0007" } }],
  ["numbers of old room versions", { depth: 1.5, big: 2 ** 60 }],
])("is the same for a content that is canonical already: %s", (_, content) => {
  const canonical = content === undefined ? undefined : canonicalContent(content);
  expect(text(signedEnvelopeBytes(envelope, canonical))).toBe(text(signedRequestBytes({ ...envelope, content })));
  expect(JSON.parse(text(signedEnvelopeBytes(envelope, canonical)))).toEqual({ ...envelope, ...(content !== undefined && { content }) });
});

it("refuses what has no Canonical JSON", () => {
  expect(() => canonicalContent({ a: "\ud800" })).toThrow(expect.objectContaining({ code: "NOT_CANONICAL" }));
  expect(() => signedRequestBytes({ ...envelope, content: ["\ud800"] })).toThrow(expect.objectContaining({ code: "NOT_CANONICAL" }));
});
