import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, roomOf } from "../../../tests/room-of.ts";
import { RoomError } from "../errors.ts";
import type { LoadedRoom } from "../room.ts";
import type { RoomEngine } from "../write/room-engine.ts";
import { DelayedEventTimer } from "./delayed-event-timer.ts";
import { DelayedEvents, type DelayedEventParts } from "./delayed-events.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  room = await roomOf(fixture, {});
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Delayed events that are sent by an engine of the test. */
function withEngine(send: RoomEngine["send"]): { delayed: DelayedEvents; timer: DelayedEventTimer; failures: unknown[] } {
  const engine = Object.assign(Object.create(fixture.engine) as RoomEngine, { send });
  const parts: DelayedEventParts = {
    ...fixture,
    engine,
    maxDelayMs: 1_000_000,
    refusal: async () => undefined,
    describe: (error) => (error instanceof RoomError ? { errcode: error.code } : undefined),
  };
  const delayed = new DelayedEvents(parts);
  const failures: unknown[] = [];
  return { delayed, failures, timer: new DelayedEventTimer(fixture.core, delayed, (error) => failures.push(error)) };
}
const later = (type: string, delayMs = 1) => ({ roomId: room.id, event: { type, content: {} }, delayMs });

it("an event that the server fails to send is tried again, then given up, and holds up no other", async () => {
  const sender = await fixture.device(alice);
  let faults = 0;
  const { delayed, timer, failures } = withEngine(async (...args) => {
    if (args[1].type === "broken") throw new TypeError(`fault ${++faults}`);
    return fixture.engine.send(...args);
  });
  await using _timer = timer;
  const broken = await delayed.schedule(sender, later("broken"));
  const fine = await delayed.schedule(sender, later("fine", 2));
  timer.note(0);
  await vi.waitUntil(async () => (await delayed.read(fine, sender.userNid)).eventId !== undefined, { timeout: 20_000 });
  expect((await delayed.read(broken, sender.userNid)).finalised_ts).toBeNull();
  const attempts = await Promise.allSettled(Array.from({ length: 5 - faults }, () => delayed.sendDue(broken)));
  expect(attempts.map(({ status }) => status)).toEqual([...attempts.slice(1).map(() => "rejected"), "fulfilled"]);
  expect(failures.length).toBeGreaterThan(0);
  expect((await delayed.read(broken, sender.userNid)).error).toContain("M_UNKNOWN");
});

it("an event of a room that is too busy waits on", async () => {
  const sender = await fixture.device(alice);
  const { delayed } = withEngine(async () => Promise.reject(new RoomError("OVERLOADED", "too much waits")));
  const id = await delayed.schedule(sender, later("busy"));
  await vi.waitUntil(() => fixture.core.clock.now() > 0, { timeout: 20_000 });
  for (let i = 0; i < 10; i++) await expect(delayed.act(id, "send")).rejects.toMatchObject({ code: "OVERLOADED" });
  expect((await delayed.read(id, sender.userNid)).finalised_ts).toBeNull();
});

it("an event that was restarted meanwhile is not sent", async () => {
  const sender = await fixture.device(alice);
  const { delayed } = withEngine(async () => expect.unreachable("it was sent"));
  const id = await delayed.schedule(sender, later("restarted", 100_000));
  await delayed.sendDue(id);
  await delayed.sendDue("unknown");
  expect((await delayed.read(id, sender.userNid)).finalised_ts).toBeNull();
});
