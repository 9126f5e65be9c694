import * as fc from "fast-check";
import { Permalinks } from "matrix-bot-sdk/lib/helpers/Permalinks.js";
import { describe, expect, test } from "vitest";
import { formatMatrixToUri, parseMatrixToUri } from "@patrix/identifiers";

const server = fc.constantFrom("example.org", "a.b:8448", "[::1]:80", "1.2.3.4");
const localpart = fc.stringMatching(/^[a-z0-9._=+-]{1,12}$/);
const room = fc.oneof(
  fc.tuple(localpart, server).map(([name, host]) => `!${name}:${host}`),
  fc.tuple(fc.stringMatching(/^[a-zA-Zé0-9/?#&%._-]{1,12}$/), server).map(([name, host]) => `#${name}:${host}`),
);
const user = fc.tuple(localpart, server).map(([name, host]) => `@${name}:${host}`);
const event = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/).map((hash) => `$${hash}`);
const via = fc.array(server, { maxLength: 3 });

describe("matrix.to URIs against matrix-bot-sdk", () => {
  test("ours are read by it", () => {
    fc.assert(
      fc.property(room, fc.option(event, { nil: undefined }), via, (id, eventId, servers) => {
        const parts = Permalinks.parseUrl(formatMatrixToUri({ id, eventId, via: servers } as never));
        expect(parts).toEqual({ userId: undefined, roomIdOrAlias: id, eventId, viaServers: servers });
      }),
    );
    fc.assert(
      fc.property(user, (id) => {
        expect(Permalinks.parseUrl(formatMatrixToUri({ id } as never)).userId).toBe(id);
      }),
    );
  });

  // It does not percent-encode, so aliases with the characters of URIs cannot come back: none are given to it.
  test("its own are read by us", () => {
    const plain = room.filter((id) => !/[/?#&%]/.test(id.slice(1)));
    fc.assert(
      fc.property(plain, event, via, user, (id, eventId, servers, userId) => {
        expect(parseMatrixToUri(Permalinks.forRoom(id, servers))).toMatchObject({ id, via: servers });
        expect(parseMatrixToUri(Permalinks.forEvent(id, eventId, servers))).toMatchObject({ id, eventId, via: servers });
        expect(parseMatrixToUri(Permalinks.forUser(userId))).toMatchObject({ id: userId });
      }),
    );
  });
});
