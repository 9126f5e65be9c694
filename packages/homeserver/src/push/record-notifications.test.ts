import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openRooms } from "../../tests/composed-rooms.ts";
import { queryDatabase } from "../../tests/query-database.ts";
import { alice, bob, message, roomOf, state } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import { EventOutcomes } from "./event-outcome.ts";
import { NotificationRecorder } from "./record-notifications.ts";
import { UnreadCounts } from "./unread-counts.ts";
import { UserRules } from "./user-rules.ts";

interface Count {
  readonly count: number | string;
}

async function inFolder(run: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-recorded-"));
  await run(dataDir);
  await rm(dataDir, { recursive: true, force: true });
}

const rows = async (dataDir: string, from: string): Promise<number> => {
  const [row] = await queryDatabase<Count>(dataDir, `select count(*) as count from ${from}`);
  return Number(row?.count);
};

describe("whom events notify", () => {
  it("is one row of an event that is the same to all, and one of each user to whom it is more", async () =>
    inFolder(async (dataDir) => {
      {
        await using fixture = await openRooms({ dataDir });
        const room = await roomOf(fixture, { joined: [bob] });
        await fixture.engine.send(room, message("hello"));
        await fixture.engine.send(room, { ...message(""), content: { ...message("hi").content, "m.mentions": { user_ids: [bob] } } });
        await fixture.engine.send(room, state("m.room.topic", { topic: "nobody is told" }));
      }
      expect([await rows(dataDir, "notifying_events"), await rows(dataDir, "user_notifications")]).toEqual([2, 1]);
    }));

  it(
    "is forgotten beyond the newest so many of a user",
    async () =>
      inFolder(async (dataDir) => {
        {
          await using fixture = await openRooms({ dataDir });
          const room = await roomOf(fixture, { joined: [bob] });
          const event = await fixture.engine.send(room, {
            ...message(""),
            content: { ...message("hi").content, "m.mentions": { user_ids: [bob] } },
          });
          // The recorder of the fixture writes with a later commit; its row must not come after what is forgotten here.
          const stored = async (): Promise<number> => {
            await fixture.engine.send(room, state("m.room.topic", { topic: `nobody is told, ${performance.now()}` }));
            return rows(dataDir, "user_notifications");
          };
          await expect.poll(stored).toBe(1);
          const rules = await UserRules.open(fixture.core, fixture.pushRules);
          const counts = new UnreadCounts(fixture.rooms, rules);
          const outcomes = new EventOutcomes(fixture.rooms, rules, fixture.syncSources);
          const outcome = await outcomes.of(event);
          // The same event at ever new positions stands for as many events.
          let eventNid = 1_000_000 * 64;
          Object.assign(outcomes, { of: async () => ({ ...outcome, eventNid: (eventNid += 64) }) });
          const recorder = new NotificationRecorder(fixture.rooms, outcomes, counts);
          const operations = await recorder.record(Array.from({ length: limits.userNotifications.value + 1_000 }, () => event));
          await fixture.core.log.append({ positions: [], operations });
        }
        const kept = [await rows(dataDir, "user_notifications"), await rows(dataDir, "notifying_events")];
        expect(kept).toEqual([limits.userNotifications.value, limits.countedNotifications.value]);
        expect(await rows(dataDir, "user_notifications where event_nid < 64000000")).toBe(0);
      }),
    60_000,
  );

  it("marks what its sender has read, unless it is state or says so itself; and where the room was joined", async () =>
    inFolder(async (dataDir) => {
      let sent = { notice: 0, joined: 0, bobNid: 0, aliceNid: 0 };
      {
        await using fixture = await openRooms({ dataDir });
        const room = await roomOf(fixture, { joined: [bob] });
        const [bobNid, aliceNid] = [await fixture.core.users.intern(bob), await fixture.core.users.intern(alice)];
        const joined = room.view.members.get(bobNid)?.pos ?? 0;
        await fixture.engine.send(room, message("says so itself"));
        const { nid: notice } = await fixture.engine.send(room, { ...message(""), content: { msgtype: "m.notice", body: "hm" } });
        await fixture.engine.send(room, state("m.room.topic", { topic: "no mark" }));
        await fixture.engine.send(room, {
          type: "m.room.member",
          stateKey: bob,
          sender: bob,
          content: { membership: "join", displayname: "Bob" },
        });
        sent = { notice, joined, bobNid, aliceNid };
      }
      const marks = await queryDatabase<{ user_nid: number | string; thread: string; pos: number | string }>(
        dataDir,
        "select user_nid, thread, pos from read_marks where thread <> '' or pos > 0 order by pos",
      );
      const shown = marks.map((row) => [Number(row.user_nid), row.thread, Number(row.pos)]);
      expect(shown.filter(([nid]) => nid === sent.bobNid)).toEqual([[sent.bobNid, "", sent.joined]]);
      expect(shown.filter(([nid, thread]) => nid === sent.aliceNid && thread === "main")).toEqual([[sent.aliceNid, "main", sent.notice]]);
    }));
});
