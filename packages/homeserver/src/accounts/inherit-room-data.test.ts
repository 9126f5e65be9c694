import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { composed } from "../../tests/remote/compose.ts";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { inheritRoomData } from "./inherit-room-data.ts";
import type { LocalUser } from "./local-user.ts";

const [from, to] = [
  { nid: 64, id: "!old:localhost" },
  { nid: 128, id: "!new:localhost" },
] as const;
let server: ComposedHomeserver;
let user: LocalUser;
let users = 0;
beforeAll(async () => (server = await composed()));
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => (user = await server.parts.accounts.accounts.create({ localpart: `user${++users}` })));

const put = (roomNid: number, type: string, content: Record<string, unknown>): Promise<void> =>
  server.parts.accounts.accountData.put({ userNid: user.userNid, roomNid, type }, content as never);
const read = async (roomNid: number, type: string): Promise<unknown> =>
  JSON.parse((await server.parts.accounts.accountData.read({ userNid: user.userNid, roomNid, type })) ?? "null");
const inherit = (): Promise<void> => inheritRoomData(server.parts.accounts.accountData, user.userNid, { from, to });

describe("what a user has noted of a room", () => {
  it("comes along as tags, unless the new room has some", async () => {
    const [old, own] = [{ tags: { "m.favourite": { order: 0.5 } } }, { tags: { "u.mine": {} } }];
    await put(from.nid, "m.tag", old);
    await inherit();
    expect([await read(to.nid, "m.tag"), await read(from.nid, "m.tag")]).toEqual([old, old]);
    await put(to.nid, "m.tag", own);
    await inherit();
    expect(await read(to.nid, "m.tag")).toEqual(own);
  });

  it("comes along as a direct chat with the same people, once", async () => {
    await put(0, "m.direct", { "@a:x": ["!other:x", from.id], "@b:x": [from.id, to.id], "@c:x": ["!other:x"], "@d:x": "odd" });
    for (let i = 0; i < 2; i++) {
      await inherit();
      expect(await read(0, "m.direct")).toEqual({
        "@a:x": ["!other:x", from.id, to.id],
        "@b:x": [from.id, to.id],
        "@c:x": ["!other:x"],
        "@d:x": "odd",
      });
    }
  });

  it("is nothing where nothing was noted", async () => {
    const before = server.parts.core.log.committed;
    await inherit();
    expect([await read(to.nid, "m.tag"), await read(0, "m.direct"), server.parts.core.log.committed]).toEqual([null, null, before]);
  });
});
