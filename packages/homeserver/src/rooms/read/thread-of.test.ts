import { expect, it } from "vitest";
import { openRooms } from "../../../tests/composed-rooms.ts";
import { alice, message, roomOf } from "../../../tests/room-of.ts";
import { threadOf } from "./thread-of.ts";

it("finds the thread of an event by its relations, at most three away and within its room", async () => {
  await using fixture = await openRooms();
  const [room, other] = [await roomOf(fixture), await roomOf(fixture)];
  const relate = (eventId: string, type: string, target = room) => {
    const { content } = message("related");
    const relation = { rel_type: type, event_id: eventId, ...(type === "m.annotation" ? { key: "+" } : {}) };
    return fixture.engine.send(target, { ...message(""), content: { ...content, "m.relates_to": relation } });
  };
  const root = await fixture.engine.send(room, message("root"));
  const inThread = await relate(root.eventId, "m.thread");
  const ofThread = async (event: typeof root) => threadOf(fixture.rooms, event);
  expect(await ofThread(root)).toBe("main");
  expect(await ofThread(await relate(root.eventId, "m.annotation"))).toBe("main");
  expect(await ofThread(inThread)).toBe(root.eventId);
  let last = inThread;
  for (const thread of [root.eventId, root.eventId, root.eventId, "main"]) {
    last = await relate(last.eventId, "m.reference");
    expect(await ofThread(last)).toBe(thread);
  }
  expect(await ofThread(await relate(inThread.eventId, "m.reference", other))).toBe("main");
  expect(await ofThread(await relate("$unknown", "m.reference"))).toBe("main");
  const reply = { ...message("").content, "m.relates_to": { "m.in_reply_to": { event_id: inThread.eventId } } };
  expect(await ofThread(await fixture.engine.send(room, { ...message(""), content: reply }))).toBe("main");
  await fixture.engine.send(room, { type: "m.room.redaction", sender: alice, content: {}, redacts: inThread.eventId });
  const redacted = await fixture.rooms.events.byId(inThread.eventId);
  expect(redacted && (await ofThread(redacted))).toBe(root.eventId);
});
