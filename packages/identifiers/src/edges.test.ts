import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EventId, isEventId, parseEventId } from "./event-id.ts";
import { parseKeyId } from "./key-id.ts";
import { parseMatrixLink } from "./matrix-link.ts";
import { MxcUri } from "./mxc-uri.ts";
import { RoomAlias } from "./room-alias.ts";
import { isRoomId, parseRoomId, RoomId } from "./room-id.ts";
import type { Schema } from "./schema.ts";
import { isServerName } from "./server-name.ts";
import { decodeUnpaddedBase64 } from "./unpadded-base64.ts";
import { isUserId, parseUserId, UserId } from "./user-id.ts";

const HASH = "Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg";

describe("limits", () => {
  it("counts bytes, not characters", () => {
    const server = ":example.org";
    expect(isUserId(`@${"a".repeat(255 - 1 - server.length)}${server}`)).toBe(true);
    expect(isUserId(`@${"a".repeat(255 - server.length)}${server}`)).toBe(false);
    expect(() => parseUserId(`@${"é".repeat(125)}${server}`)).toThrow(expect.objectContaining({ code: "TOO_LONG" }));
    expect(UserId.safeParse(`@${"é".repeat(125)}${server}`).success).toBe(false);
  });

  it("refuses ports beyond 65535, and digits after a hash", () => {
    expect([isServerName("a:65535"), isServerName("a:65536")]).toEqual([true, false]);
    const addresses = ["[::1]", "[::1]:0", "[::1]:65535", "[::1]:65536", "[1.2.3.4]:99999"];
    expect(addresses.map(isServerName)).toEqual([true, true, true, false, false]);
    expect([isRoomId(`!${HASH}`), isRoomId(`!${HASH}a`), isRoomId("!short")]).toEqual([true, false, false]);
  });
});

describe("forms by room version", () => {
  it("tells event IDs apart", () => {
    expect(parseEventId("$abc:example.org")).toEqual({ opaque: "abc", serverName: "example.org", format: "domain" });
    expect(parseEventId("$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk").format).toBe("hash");
    expect(parseEventId(`$${HASH}`).format).toBe("url-safe-hash");
    expect(parseEventId("$event").format).toBe("unknown");
    const both = `$${"a".repeat(43)}`;
    expect([isEventId(both, "hash"), isEventId(both, "url-safe-hash"), isEventId(both, "domain")]).toEqual([true, true, false]);
  });

  it("tells room IDs apart", () => {
    expect(parseRoomId(`!${HASH}`)).toEqual({ opaque: HASH, serverName: undefined, format: "hash" });
    expect(parseRoomId("!a:b:80")).toEqual({ opaque: "a", serverName: "b:80", format: "domain" });
  });

  it("splits key IDs at the first colon only", () => {
    expect(parseKeyId("ed25519:a:b")).toEqual({ algorithm: "ed25519", name: "a:b" });
  });
});

describe("links", () => {
  it.each([
    ["https://matrix.to/#/!a:b///", "!a:b", undefined],
    ["https://matrix.to/#/@a/b:example.org", "@a/b:example.org", undefined],
    ["https://matrix.to/#/!a:b/$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk", "!a:b", "$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk"],
    ["matrix:roomid/a:b/e/acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk", "!a:b", "$acR1l0raoZnm60CBwAVgqbZqoO/mYU81xysh1u7XcJk"],
    ["MATRIX://authority/user/a:b?x=%zz#fragment", "@a:b", undefined],
    ["matrix:room/a:b", "#a:b", undefined],
  ])("reads %s", (uri, id, eventId) => {
    expect(parseMatrixLink(uri)).toMatchObject({ id, eventId });
  });

  it("ignores an action that does not go with the target, and servers that are none", () => {
    expect(parseMatrixLink("matrix:u/a:b?action=join&via=%20&via=c")).toMatchObject({ action: undefined, via: ["c"] });
    expect(parseMatrixLink("matrix:r/a:b?action=chat")).toMatchObject({ action: undefined });
  });

  it.each([
    "",
    "https://matrix.to/#/",
    "https://matrix.to/#/%",
    "https://example.org/#/@a:b",
    "matrix:",
    "matrix:u/",
    "matrix:u/a:b/e/x",
    "matrix:u/%ff",
  ])("refuses %j", (uri) => expect(() => parseMatrixLink(uri)).toThrow(expect.objectContaining({ name: "IdentifierError" })));
});

describe("base64", () => {
  it.each(["A", "A===", "AA=A", "A A", "é", "AA-_", "AAAAA"])("refuses %j", (text) => {
    expect(() => decodeUnpaddedBase64(text)).toThrow(expect.objectContaining({ code: "INVALID_BASE64" }));
  });
});

const examples = new URL("../../../../shared/spec/examples/", import.meta.url);
const schemas: Record<string, Schema<string>> = {
  sender: UserId,
  user_id: UserId,
  event_id: EventId,
  redacts: EventId,
  room_id: RoomId,
  room_alias: RoomAlias,
  alias: RoomAlias,
  canonical_alias: RoomAlias,
};

describe.skipIf(!existsSync(examples))("examples of the specification (skipped without ../shared/spec)", () => {
  it("all pass the tolerant schemas", () => {
    const refused: unknown[] = [];
    let seen = 0;
    const visit = (value: unknown, key: string, file: string): void => {
      if (typeof value === "string") {
        const schema = value.startsWith("mxc:") ? MxcUri : schemas[key];
        if (schema === undefined) return;
        seen += 1;
        if (!schema.safeParse(value).success) refused.push([file, key, value]);
      } else if (typeof value === "object" && value !== null) {
        for (const [name, member] of Object.entries(value)) visit(member, name, file);
      }
    };
    for (const file of readdirSync(examples, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".json"))
        visit(JSON.parse(readFileSync(new URL(encodeURI(file).replaceAll("#", "%23"), examples), "utf8")), "", file);
    }
    expect(refused).toEqual([]);
    expect(seen).toBeGreaterThan(300);
  });
});
