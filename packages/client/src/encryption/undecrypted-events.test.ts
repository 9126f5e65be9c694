import type { ClientEventWithoutRoomId } from "@patrix/events";
import { expect, it } from "vitest";
import { memoryStore } from "../stores/memory-store.ts";
import { UndecryptedEvents } from "./undecrypted-events.ts";

const roomId = "!room:x";
const event = (at: number): ClientEventWithoutRoomId => ({
  type: "m.room.encrypted",
  event_id: `$${at}`,
  sender: "@a:x",
  origin_server_ts: at,
  content: { session_id: `s${at % 2}` },
});

it("events are found by their key, and kept in the store until they are removed", async () => {
  const store = memoryStore();
  const events = new UndecryptedEvents(store);
  await events.add([1, 2, 3].map((at) => ({ roomId, event: event(at) })));
  expect(events.waitingFor({ roomId, sessionId: "s1" }).map((each) => each.event.event_id)).toEqual(["$1", "$3"]);
  expect(events.waitingFor({ roomId: "!other:x", sessionId: "s1" })).toEqual([]);
  await events.remove(event(1));
  await store.write([{ table: "undecrypted", key: "$bad", value: { roomId: 5 } }]);
  const again = new UndecryptedEvents(store);
  await again.load();
  expect(again.waitingFor().map((each) => each.event)).toEqual([event(2), event(3)]);
});

it("the newest thousand are kept, and the older ones leave the store too", async () => {
  const store = memoryStore();
  const events = new UndecryptedEvents(store);
  for (let from = 0; from < 1200; from += 300)
    await events.add(Array.from({ length: 300 }, (_, at) => ({ roomId, event: event(from + at) })));
  expect(events.waitingFor()).toHaveLength(1000);
  expect(events.waitingFor()[0]?.event.event_id).toBe("$200");
  expect((await store.all("undecrypted")).size).toBe(1000);
});
