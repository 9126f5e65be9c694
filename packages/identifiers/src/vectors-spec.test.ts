import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isEventId } from "./event-id.ts";
import { isKeyId } from "./key-id.ts";
import { parseMatrixLink } from "./matrix-link.ts";
import { formatMatrixToUri, parseMatrixToUri } from "./matrix-to-uri.ts";
import { formatMatrixUri, parseMatrixUri } from "./matrix-uri.ts";
import { isMxcUri } from "./mxc-uri.ts";
import { isNamespacedIdentifier } from "./namespaced-identifier.ts";
import { isOpaqueIdentifier } from "./opaque-identifier.ts";
import { isRoomAlias } from "./room-alias.ts";
import { isRoomId } from "./room-id.ts";
import { isReservedRoomVersionId, isRoomVersionId } from "./room-version-id.ts";
import { MAX_IDENTIFIER_SIZE_BYTES } from "./schema.ts";
import { isServerName, parseServerName } from "./server-name.ts";
import { isSpaceChildOrder } from "./space-child-order.ts";
import { decodeUnpaddedBase64, decodeUrlSafeUnpaddedBase64, encodeUnpaddedBase64, encodeUrlSafeUnpaddedBase64 } from "./unpadded-base64.ts";
import { isUserId, parseUserId } from "./user-id.ts";
import { toUserLocalpart } from "./user-localpart.ts";

const folder = new URL("../../../../shared/spec/vectors/", import.meta.url);
const missing = !existsSync(folder);

interface Value {
  value: string;
  compliant?: boolean;
  reserved?: boolean;
}
interface Group {
  valid: Value[];
  invalid: Value[];
}
interface Identifiers {
  serverName: Group & { parse: { value: string; host: string; port: number | null; literal: string | null }[] };
  userId: Group & { historicalOnly: Value[]; maxBytes: number };
  localpartMapping: { cases: { from: string; to: string; caseDistinct?: boolean }[] };
  roomVersion: Group;
}
interface UriCase {
  uri: string;
  id: string;
  eventId: string | null;
  via: string[];
  action?: string | null;
}
interface Uris {
  matrix: { cases: UriCase[]; invalid: { uri: string }[] };
  matrixTo: { cases: UriCase[]; historical: { uri: string }[] };
}
interface Base64 {
  standard: { text: string; encoded: string }[];
  urlSafe: { cases: { hex: string; standard: string; urlSafe: string }[] };
  decoding: { cases: { text: string; encoded: string }[] };
}

function read(name: string): string {
  return readFileSync(new URL(name, folder), "utf8");
}

describe.skipIf(missing)("identifier vectors of the specification (skipped without ../shared/spec)", () => {
  const groups: Record<string, Group> = missing ? {} : JSON.parse(read("identifiers.json"));

  it.each([
    ["serverName", isServerName],
    ["userId", isUserId],
    ["roomId", isRoomId],
    ["roomAlias", isRoomAlias],
    ["eventId", isEventId],
    ["roomVersion", isRoomVersionId],
    ["commonNamespaced", isNamespacedIdentifier],
    ["opaque", isOpaqueIdentifier],
    ["signingKeyId", isKeyId],
    ["mxcUri", isMxcUri],
  ] as const)("tells valid from invalid: %s", (name, check) => {
    const { valid, invalid } = groups[name] ?? { valid: [], invalid: [] };
    expect(valid.filter(({ value }) => !check(value))).toEqual([]);
    expect(invalid.filter(({ value }) => check(value))).toEqual([]);
    expect(valid.length * invalid.length).toBeGreaterThan(0);
  });

  it("splits server names and user IDs, and maps localparts", () => {
    const { serverName, userId, localpartMapping, roomVersion }: Identifiers = JSON.parse(read("identifiers.json"));
    for (const { value, host, port, literal } of serverName.parse) {
      expect(parseServerName(value)).toEqual({ host, port: port ?? undefined, kind: literal ?? "dns" });
    }
    for (const { value, compliant } of userId.historicalOnly) {
      expect(parseUserId(value)).toMatchObject({ historical: true, compliant });
      expect([isUserId(value), isUserId(value, { historical: false })]).toEqual([true, false]);
    }
    for (const { value } of userId.valid) expect(isUserId(value, { historical: false })).toBe(true);
    for (const { from, to, caseDistinct } of localpartMapping.cases) {
      expect(toUserLocalpart(from, { distinguishCase: caseDistinct ?? false })).toBe(to);
    }
    for (const { value, reserved } of roomVersion.valid) expect(isReservedRoomVersionId(value)).toBe(reserved);
    expect(userId.maxBytes).toBe(MAX_IDENTIFIER_SIZE_BYTES);
  });

  it("limits the order of space children", () => {
    const { spaceOrder }: { spaceOrder: { maxLength: number } } = JSON.parse(read("limits.json"));
    expect(isSpaceChildOrder("~".repeat(spaceOrder.maxLength))).toBe(true);
    expect(isSpaceChildOrder("~".repeat(spaceOrder.maxLength + 1))).toBe(false);
    for (const bad of ["", "é", "\u007f", "a\n"]) expect(isSpaceChildOrder(bad)).toBe(false);
  });
});

describe.skipIf(missing)("URI vectors of the specification (skipped without ../shared/spec)", () => {
  const uris: Uris | undefined = missing ? undefined : JSON.parse(read("uris.json"));

  it("reads and writes matrix: URIs", () => {
    for (const { uri, id, eventId, via, action } of uris!.matrix.cases) {
      const link = parseMatrixUri(uri);
      expect(link).toEqual({ id, eventId: eventId ?? undefined, via, action: action ?? undefined });
      expect(formatMatrixUri(link)).toBe(uri);
      expect(parseMatrixLink(uri)).toEqual(link);
    }
    for (const { uri } of uris!.matrix.invalid) {
      expect(() => parseMatrixUri(uri)).toThrow(expect.objectContaining({ name: "IdentifierError" }));
    }
  });

  it("reads and writes matrix.to URIs", () => {
    for (const { uri, id, eventId, via } of uris!.matrixTo.cases) {
      const link = parseMatrixToUri(uri);
      expect(link).toEqual({ id, eventId: eventId ?? undefined, via, action: undefined });
      expect(parseMatrixLink(formatMatrixToUri(link))).toEqual(link);
    }
    expect(formatMatrixToUri({ id: "#somewhere:example.org" })).toBe(uris!.matrixTo.cases[0]?.uri);
    for (const { uri } of uris!.matrixTo.historical) {
      expect(() => parseMatrixToUri(uri)).toThrow(expect.objectContaining({ code: "UNKNOWN_URI_TYPE" }));
    }
  });
});

describe.skipIf(missing)("base64 vectors of the specification (skipped without ../shared/spec)", () => {
  it("encodes and decodes", () => {
    const { standard, urlSafe, decoding }: Base64 = JSON.parse(read("base64.json"));
    for (const { text, encoded } of standard) expect(encodeUnpaddedBase64(Buffer.from(text))).toBe(encoded);
    for (const { text, encoded } of [...standard, ...decoding.cases])
      expect(Buffer.from(decodeUnpaddedBase64(encoded)).toString()).toBe(text);
    for (const { hex, standard: plain, urlSafe: safe } of urlSafe.cases) {
      const bytes = Buffer.from(hex, "hex");
      expect([encodeUnpaddedBase64(bytes), encodeUrlSafeUnpaddedBase64(bytes)]).toEqual([plain, safe]);
      expect(Buffer.from(decodeUrlSafeUnpaddedBase64(safe)).toString("hex")).toBe(hex);
    }
  });
});
