import { afterAll, beforeAll, expect, it } from "vitest";
import { composed } from "../../../tests/remote/compose.ts";
import type { ComposedHomeserver } from "../../compose/create-homeserver.ts";
import { position, type Position } from "../../log/position.ts";
import { SentCursors } from "./sent-cursors.ts";

let server: ComposedHomeserver;
let cursors: SentCursors;
/** How far it has been read, by shard. */
const here = [100, 200];
const at = (counter: number, shard = 0): Position => position(counter, shard);

beforeAll(async () => {
  server = await composed({ shards: 2 });
  cursors = new SentCursors(server.parts.core, () => here);
});
afterAll(() => server[Symbol.asyncDispose]());

/** How far a server has got as it would be read after a restart. */
async function stored(name: string): Promise<readonly Position[]> {
  await server.parts.core.log.flushed();
  return new SentCursors(server.parts.core, () => []).of(name);
}

it("begins where it has been read to, goes on with each event, and is stored", async () => {
  const { core } = server.parts;
  expect(await cursors.of("b.example")).toEqual([]);
  await core.log.append({ positions: [], operations: [cursors.begin("b.example")] });
  expect(await stored("b.example")).toEqual([at(100), at(200, 1)]);
  cursors.reached("b.example", { eventNid: at(150), isCaughtUp: false });
  expect(await stored("b.example")).toEqual([at(150), at(200, 1)]);
  here[1] = 300;
  cursors.reached("b.example", { isCaughtUp: true });
  expect(await stored("b.example")).toEqual([at(150), at(300, 1)]);
});

it("of a server that lacks something, goes no further until it is read what that is", async () => {
  const { core } = server.parts;
  await core.log.append({ positions: [], operations: [cursors.begin("c.example")] });
  await core.log.append({ positions: [], operations: [cursors.lower("c.example", 1, at(20, 1))] });
  expect(await stored("c.example")).toEqual([at(100), at(20, 1)]);
  // What was on its way arrives.
  cursors.reached("c.example", { eventNid: at(400, 1), isCaughtUp: true });
  expect(await stored("c.example")).toEqual([at(100), at(20, 1)]);
  await expect(cursors.readMissed("c.example", () => Promise.reject(new Error("the database does not answer")))).rejects.toThrow();
  cursors.reached("c.example", { eventNid: at(400, 1), isCaughtUp: true });
  expect(await stored("c.example")).toEqual([at(100), at(20, 1)]);
  expect(await cursors.readMissed("c.example", (sent) => Promise.resolve(sent))).toEqual([at(100), at(20, 1)]);
  cursors.reached("c.example", { eventNid: at(400, 1), isCaughtUp: false });
  expect(await stored("c.example")).toEqual([at(100), at(400, 1)]);
});
