// A server that ends in the middle of completing a room goes on from whatever commit was the last one.
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestsTo } from "../../src/testing/test-requests.ts";
import { testHomeserver, TestNetwork, TestPeer, type TestUser } from "../../src/testing/index.ts";
import { composed } from "../remote/compose.ts";
import { findingsIn, say, until, version } from "./federated.ts";
import { charlie, PlayedRoom, room } from "./played-room.ts";

/** Memberships are stored a hundred a commit. */
const MEMBERS = 450;
const MOMENTS = 5;
const isFile = process.env["PATRIX_TEST_DATABASE"] === undefined;

describe.skipIf(!isFile)("a server that ends while it completes a room", () => {
  const network = new TestNetwork();
  const peer = new TestPeer("peer.example", network);
  const moments: string[] = [];
  let folder: string;
  let bob: TestUser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "patrix-crashes-"));
    const played = new PlayedRoom(peer);
    const create = played.set(charlie, "m.room.create", "", { room_version: version }, []);
    const founder = played.member(charlie, "join", [create]);
    const levels = played.set(charlie, "m.room.power_levels", "", { users: { [charlie]: 100 } }, [create, founder]);
    const rule = played.set(charlie, "m.room.join_rules", "", { join_rule: "public" }, [create, levels, founder]);
    for (let i = 0; i < MEMBERS; i++) played.member(`@m${i}:peer.example`, "join", [create, levels, rule]);
    const come = played.handOver();
    const dataDir = join(folder, "first");
    await mkdir(dataDir);
    const config = { federation: { enabled: true, allow_private_targets: true } };
    await using b = await composed({ serverName: "b.example", dataDir, config, network: network.portsOf("b.example") });
    network.add("b.example", b.url);
    const client = requestsTo(b.url);
    bob = await client.register("bob");
    expect((await client.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=peer.example`, {})).status).toBe(200);
    const sent = `/rooms/${encodeURIComponent(room)}/send/m.room.message/1`;
    expect((await client.requestAs(bob, "PUT", sent, { body: "before", msgtype: "m.text" })).status).toBe(200);
    const database = new DatabaseSync(join(dataDir, "patrix.db"));
    const isDone = (): boolean => b.parts.rooms.rooms.partial.all().length === 0;
    b.parts.core.log.onCommit(() => {
      if (isDone()) return;
      const moment = join(folder, `moment${moments.length}.db`);
      database.exec(`vacuum into '${moment}'`);
      moments.push(moment);
    });
    come();
    await until(async () => isDone());
    database.close();
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("has stored some of its members at several moments", () => {
    const counts = moments.map((moment) => {
      const database = new DatabaseSync(moment, { readOnly: true });
      const { count } = database.prepare("select count(*) as count from memberships").get() as { count: number };
      database.close();
      return count;
    });
    expect(new Set(counts.filter((count) => count > 2 && count < MEMBERS)).size).toBeGreaterThanOrEqual(MOMENTS - 1);
  });

  it("finds the rest, and tells nobody twice, from each of them", async () => {
    for (const moment of moments) {
      const dataDir = `${moment}.d`;
      await cp(join(folder, "first"), dataDir, { recursive: true, filter: (name) => !/patrix\.db/.test(name) });
      await cp(moment, join(dataDir, "patrix.db"));
      await using b = await testHomeserver({ serverName: "b.example", network, dataDir });
      const members = await b.requestAs(bob, "GET", `/rooms/${encodeURIComponent(room)}/joined_members`);
      expect(Object.keys(members.body["joined"] ?? {})).toHaveLength(MEMBERS + 2);
      expect((await say(b, bob, room, "after")).status).toBe(200);
      const path = `/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=10`;
      const { body } = await b.requestAs<{ chunk: readonly { content: { body?: string } }[] }>(bob, "GET", path);
      const said = body.chunk.flatMap(({ content }) => content.body ?? []);
      expect(said).toEqual(["after", "before"]);
      await b.stop();
      expect(await findingsIn("b.example", dataDir)).toEqual([]);
    }
  });
});
