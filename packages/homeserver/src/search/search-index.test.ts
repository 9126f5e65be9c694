import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRooms } from "../../tests/composed-rooms.ts";
import { queryDatabase } from "../../tests/query-database.ts";
import { alice, bob, message, roomOf, state } from "../../tests/room-of.ts";
import { testHomeserver, type TestUser } from "../testing/index.ts";
import { Searcher } from "../../tests/search/searcher.ts";
import { storeSearchText } from "./search-text.ts";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-search-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** The words that are stored of events, without their marks. */
async function stored(): Promise<string[]> {
  const rows = await queryDatabase<{ words: string }>(dataDir, "select words from search_texts order by event_nid");
  return rows.map(({ words }) => words.replaceAll(/_\w+ /g, ""));
}

describe("what is stored of events", () => {
  it("is the words of messages, names and topics, and nothing of those that have no text", async () => {
    {
      await using fixture = await openRooms({ dataDir });
      const room = await roomOf(fixture, { joined: [bob] });
      await fixture.engine.send(room, message("One"));
      await fixture.engine.send(room, state("m.room.name", { name: "Two" }));
      await fixture.engine.send(room, state("m.room.topic", { topic: "Three" }));
      for (const body of ["...", 5, null, {}]) await fixture.engine.send(room, { ...message(""), content: { body, msgtype: "m.text" } });
      await fixture.engine.send(room, { ...message("four"), type: "m.sticker" });
      await fixture.engine.send(room, { ...message("five"), type: "m.room.encrypted" });
    }
    expect(await stored()).toEqual(["one", "two", "three"]);
  });

  it("goes with a redaction, and does not come back from whoever has read the event before", async () => {
    {
      await using fixture = await openRooms({ dataDir });
      const { core, rooms, engine } = fixture;
      const room = await roomOf(fixture);
      const [said, kept] = [await engine.send(room, message("gone")), await engine.send(room, message("kept"))];
      await engine.send(room, { type: "m.room.redaction", sender: alice, content: { redacts: said.eventId }, redacts: said.eventId });
      const now = await rooms.events.get(said.nid);
      expect(storeSearchText(now ?? said)).toEqual([]);
      // Read when it was not redacted yet, as the background may have.
      const again = storeSearchText(said);
      expect(again).toHaveLength(1);
      await core.log.append({ positions: [], operations: [...again, ...storeSearchText(kept)] });
    }
    expect(await stored()).toEqual(["kept"]);
  });
});

it("finds what was said just before a restart", async () => {
  const words = ["amber", "basalt", "copper"];
  let room = "";
  let user: TestUser = { userId: "@alice:localhost", accessToken: "", deviceId: "" };
  for (const [i, word] of words.entries()) {
    await using server = await testHomeserver({ dataDir });
    if (i === 0) user = await server.register("alice");
    if (i === 0) room = await server.createRoom(user);
    const alice = new Searcher(server, user);
    for (const before of words.slice(0, i)) expect((await alice.search(before)).count, before).toBe(1);
    await alice.say(room, word);
  }
});
