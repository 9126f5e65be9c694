import { expect, it } from "vitest";
import { openRooms } from "../../../tests/composed-rooms.ts";
import { message, roomOf } from "../../../tests/room-of.ts";
import { RecentEvents } from "./recent-events.ts";
import { readTimelineFacts } from "./timeline-facts.ts";

it("the facts of a stretch of the log are the events of all timelines in it, each at its position", async () => {
  await using fixture = await openRooms();
  const { core, engine, rooms } = fixture;
  const [one, other] = [await roomOf(fixture), await roomOf(fixture)];
  const first = await engine.send(one, message("first"));
  const sent = [await engine.send(one, message("second")), await engine.send(other, message("third"))];
  const [, last] = sent;
  await engine.send(one, message("later"));
  const read = readTimelineFacts(rooms);
  const readStored = readTimelineFacts({ core, events: rooms.events, recent: new RecentEvents(core.log.committed) });
  const stretch = { shard: 0, after: first.nid, upTo: last?.nid ?? 0 };
  for (const facts of [read, readStored]) {
    expect(await facts({ ...stretch, limit: 10 })).toEqual(sent.map((event) => ({ pos: event.nid, fact: event })));
    expect(await facts({ ...stretch, limit: 1 })).toHaveLength(1);
  }
});
