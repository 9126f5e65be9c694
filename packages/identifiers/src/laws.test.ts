import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as api from "./index.ts";

const serverName = fc.constantFrom("example.org", "localhost:8448", "1.2.3.4", "[::1]:80", "xn--bcher-kva.example");
const localpart = fc.string({ unit: "binary", maxLength: 20 }).filter((text) => !/[:\u0000\ud800-\udfff]/u.test(text)); // eslint-disable-line no-control-regex
const presentLocalpart = fc.stringMatching(/^[a-z0-9._=\-/+]{1,20}$/);
const hash = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
const standardHash = fc.stringMatching(/^[A-Za-z0-9+/]{42}[A-Za-z0-9+]$/);

const userId = fc.tuple(fc.oneof(presentLocalpart, localpart), serverName).map(([name, server]): api.UserId => `@${name}:${server}`);
const roomAlias = fc.tuple(localpart, serverName).map(([name, server]): api.RoomAlias => `#${name}:${server}`);
const roomId = fc.oneof(
  hash.map((text): api.RoomId => `!${text}`),
  fc.tuple(localpart, serverName).map(([name, server]): api.RoomId => `!${name}:${server}`),
);
const eventId = fc.oneof(hash, standardHash).map((text): api.EventId => `$${text}`);
const via = fc.array(serverName, { maxLength: 3 });
const link: fc.Arbitrary<api.ParsedMatrixLink> = fc.oneof(
  fc.record({ id: userId, eventId: fc.constant(undefined), via, action: fc.constantFrom("chat", undefined) }),
  fc.record({
    id: fc.oneof(roomId, roomAlias),
    eventId: fc.option(eventId, { nil: undefined }),
    via,
    action: fc.constantFrom("join", "org.example.peek", undefined),
  }),
);

const parsers: [string, (text: string) => unknown][] = Object.entries(api).flatMap(([name, value]): [string, (text: string) => unknown][] =>
  typeof value === "function" && /^(?:parse|decode)/.test(name) ? [[name, value as (text: string) => unknown]] : [],
);
const checks: [string, (text: string) => unknown][] = Object.entries(api).flatMap(([name, value]): [string, (text: string) => unknown][] =>
  typeof value === "function" && name.startsWith("is") ? [[name, value as (text: string) => unknown]] : [],
);

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.array(fc.constantFrom("@", "!", "#", "$", ":", "/", "?", "&", "=", "%", "%2F", "%zz", "a", "é", "\ud800", "\u0000", "matrix:", "u", "roomid", "e", "https://matrix.to/#/", "mxc://", "via=", "[", "]", "b.c", "a".repeat(256))).map((parts) => parts.join("")), // prettier-ignore
);

describe("every parser", () => {
  it("is tried", () => {
    expect(parsers.length).toBeGreaterThan(20);
    expect(checks.length).toBeGreaterThan(20);
  });

  it.each(parsers)("%s throws nothing but IdentifierError", (_name, parse) => {
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(api.IdentifierError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(checks)("%s never throws", (_name, check) => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(check(text)).toBeTypeOf("boolean");
      }),
    );
  });

  it("accepts what the schema of the same name accepts, and more is in the schema only", () => {
    fc.assert(
      fc.property(fc.oneof(hostile, userId, roomId, roomAlias, eventId), (text) => {
        if (api.isUserId(text)) expect(api.UserId.safeParse(text).success).toBe(true);
        if (api.isRoomId(text)) expect(api.RoomId.safeParse(text).success).toBe(true);
        if (api.isRoomAlias(text)) expect(api.RoomAlias.safeParse(text).success).toBe(true);
        if (api.isRoomIdOrAlias(text)) expect(api.RoomIdOrAlias.safeParse(text).success).toBe(true);
        if (api.isEventId(text)) expect(api.EventId.safeParse(text).success).toBe(true);
        if (api.isServerName(text)) expect(api.ServerName.safeParse(text).success).toBe(text.length <= 255);
        if (api.isMxcUri(text)) expect(api.MxcUri.safeParse(text).success).toBe(true);
        if (api.isKeyId(text)) expect(api.KeyId.safeParse(text).success).toBe(true);
      }),
    );
  });
});

describe("laws", () => {
  it("parsing a link undoes formatting it, in both forms", () => {
    fc.assert(
      fc.property(link, (input) => {
        expect(api.parseMatrixLink(api.formatMatrixUri(input))).toEqual(input);
        expect(api.parseMatrixLink(api.formatMatrixToUri(input))).toEqual({ ...input, action: undefined });
      }),
      { numRuns: 500 },
    );
  });

  it("parts of an identifier make it again", () => {
    fc.assert(
      fc.property(userId, roomAlias, roomId, (user, alias, room) => {
        const parts = api.parseUserId(user);
        expect(`@${parts.localpart}:${parts.serverName}`).toBe(user);
        const aliasParts = api.parseRoomAlias(alias);
        expect(`#${aliasParts.localpart}:${aliasParts.serverName}`).toBe(alias);
        const roomParts = api.parseRoomId(room);
        expect(roomParts.serverName === undefined ? `!${roomParts.opaque}` : `!${roomParts.opaque}:${roomParts.serverName}`).toBe(room);
      }),
    );
  });

  it("decoding base64 undoes encoding, and agrees with Buffer", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const standard = api.encodeUnpaddedBase64(bytes);
        expect(`${standard}${"=".repeat((4 - (standard.length % 4)) % 4)}`).toBe(Buffer.from(bytes).toString("base64"));
        expect(api.encodeUrlSafeUnpaddedBase64(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
        expect(api.decodeUnpaddedBase64(standard)).toEqual(bytes);
        expect(api.decodeUnpaddedBase64(Buffer.from(bytes).toString("base64"))).toEqual(bytes);
        expect(api.decodeUrlSafeUnpaddedBase64(api.encodeUrlSafeUnpaddedBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it("parsing a key ID or content URI undoes formatting it", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_]+$/), fc.string({ minLength: 1 }), serverName, hash, (algorithm, name, server, mediaId) => {
        expect(api.parseKeyId(api.formatKeyId(algorithm, name))).toEqual({ algorithm, name });
        expect(api.parseMxcUri(api.formatMxcUri({ serverName: server, mediaId }))).toEqual({ serverName: server, mediaId });
      }),
    );
  });

  it("mapped localparts follow the grammar of new user IDs", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), fc.boolean(), (text, distinguishCase) => {
        expect(api.toUserLocalpart(text, { distinguishCase })).toMatch(/^[a-z0-9._=\-/+]+$/);
      }),
    );
  });

  it("made identifiers are valid for every source of randomness", () => {
    const bytes = fc.infiniteStream(fc.nat(255));
    fc.assert(
      fc.property(bytes, serverName, (stream, server) => {
        const random = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => stream.next().value);
        expect(api.isUserId(api.createUserId(server, random), { historical: false })).toBe(true);
        expect(api.isRoomId(api.createRoomId(server, random))).toBe(true);
        expect(api.isEventId(api.createEventId(server, random), "domain")).toBe(true);
        expect(api.isClientSecret(api.createClientSecret(random))).toBe(true);
        expect(api.isSessionId(api.createSessionId(random))).toBe(true);
        expect(api.isOpaqueIdentifier(api.createTransactionId(random))).toBe(true);
        expect(api.createDeviceId(random)).toMatch(/^[A-Z2-7]{10}$/);
      }),
    );
    expect(api.createTransactionId()).not.toBe(api.createTransactionId());
  });
});
