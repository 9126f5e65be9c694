import { expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, message, roomOf } from "../../../tests/room-of.ts";
import { operation, query, write } from "../../store/statement.ts";
import { cursorsOf, upsertCursor } from "../../store/statements/shards.ts";
import { backfillRelations } from "./backfill-relations.ts";
import { relateOperations } from "./relation-operations.ts";
import type { StoredEvent } from "./stored-event.ts";

const all = ["relations", "threads"].map((table) => query<[], object>(`test.${table}`, `select * from ${table} order by 1, 2`));
const rows = async ({ core }: ComposedRooms): Promise<object[][]> => Promise.all(all.map((statement) => core.store.all(statement)));
const forget = ["relations", "threads"].map((table) => operation(write<[]>(`test.forget.${table}`, `delete from ${table}`)));

it("stores the relations of all events there are, over as many starts as it takes, and has nothing to do after that", async () => {
  await using fixture = await openRooms();
  const { core, engine, rooms, relations } = fixture;
  const room = await roomOf(fixture);
  const relate = (relType: string, { eventId }: StoredEvent, more: object = {}): Promise<StoredEvent> => {
    const content = { body: "x", "m.relates_to": { rel_type: relType, event_id: eventId, ...more } };
    return engine.send(room, { type: "m.room.message", sender: alice, content });
  };
  const [first, second] = [await engine.send(room, message("first")), await engine.send(room, message("second"))];
  for (let i = 0; i < 150; i++) for (const root of [first, second]) await relate(i % 3 === 0 ? "m.reference" : "m.thread", root);
  for (let i = 0; i < 150; i++) await engine.send(room, message("unrelated"));
  const gone = await relate("m.thread", first);
  await engine.send(room, { type: "m.room.redaction", sender: alice, content: {}, redacts: gone.eventId });
  const before = await rows(fixture);
  // What was redacted between its reading and its commit.
  const relation = { targetId: first.eventId, relType: "m.thread", annotation: null };
  await core.store.commit(relateOperations(gone.nid, relation));
  expect(await rows(fixture)).toEqual(before);
  expect(before.map((table) => table.length)).toEqual([300, 2]);

  // As the migration leaves it.
  await core.store.commit([...forget, operation(upsertCursor, "relations", 0, room.view.end)]);
  const newest = room.view.end;
  const cursor = async (): Promise<number | undefined> => (await core.store.all(cursorsOf, "relations"))[0]?.pos;
  let starts = 0;
  for (; starts < 20 && (await cursor()) !== undefined; starts++) {
    const stopped = new AbortController();
    // The first two starts end after the first events that they have looked at.
    const stopListening = core.log.onCommit(() => starts < 2 && stopped.abort());
    await backfillRelations(core, rooms.events, relations, stopped.signal);
    stopListening();
    if (starts === 0) expect(await cursor()).toBeLessThan(newest);
  }
  expect(starts).toBeGreaterThan(1);
  expect(await rows(fixture)).toEqual(before);
  await backfillRelations(core, rooms.events, relations, new AbortController().signal);
  expect([await rows(fixture), await cursor()]).toEqual([before, undefined]);
});
