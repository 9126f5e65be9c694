import type { NamedPdu } from "@patrix/signatures";
import { clearImmediate, setImmediate } from "node:timers";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { message, roomOf } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { type CheckedOutliers, checkOutliers } from "./outliers.ts";

let fixture: ComposedRooms;
let remote: RemoteServer;
beforeAll(async () => {
  fixture = await openRooms();
  remote = new RemoteServer("remote.example", fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());
afterEach(() => vi.restoreAllMocks());

/** The signatures are those of the test itself. */
const keyRing: Parameters<typeof checkOutliers>[0]["keyRing"] = {
  verifyEvents: async (events) => events.map((event) => ({ outcome: "valid", event })),
};

function check({ id, rules }: LoadedRoom, pdus: readonly NamedPdu[]): Promise<CheckedOutliers> {
  return checkOutliers(
    { rooms: fixture.rooms, keyRing },
    { id, rules, giver: remote.name },
    pdus.map(({ pdu }) => pdu),
  );
}

/** Joins of users of the other server. */
async function joinsOf(room: LoadedRoom, count: number): Promise<NamedPdu[]> {
  const tip = await fixture.engine.send(room, message("x"));
  const { state } = room.head;
  return Promise.all(
    Array.from({ length: count }, (_, i) => {
      const userId = `@user${i}:remote.example`;
      return remote.build(room, {
        type: "m.room.member",
        stateKey: userId,
        sender: userId,
        content: { membership: "join" },
        after: [tip],
        state,
      });
    }),
  );
}

it("gives others their turn at every event in each of its steps", async () => {
  const room = await roomOf(fixture);
  const joins = await joinsOf(room, 100);
  // Every look at the clock uses up a slice.
  let nowMs = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => (nowMs += 10));
  let rounds = 0;
  let next = setImmediate(function count() {
    rounds++;
    next = setImmediate(count);
  });
  const { held } = await check(room, joins);
  clearImmediate(next);
  expect(held).toHaveLength(100);
  // By ID, what they name, in order (twice: of each root, and of each step from there), by the rules, and as they came.
  expect(rounds).toBeGreaterThanOrEqual(600);
});

it("puts each after what authorises it, and apart what is not allowed", async () => {
  const room = await roomOf(fixture);
  const [join] = await joinsOf(room, 1);
  const spoken = { type: "m.room.topic", stateKey: "", sender: "@user0:remote.example", content: { topic: "x" }, state: room.head.state };
  const topic = await remote.build(room, { ...spoken, after: [join ?? expect.unreachable()] });
  const { held, rejected, heldByRaw } = await check(room, [topic, join ?? expect.unreachable()]);
  expect([held.map(({ eventId }) => eventId), rejected.map(({ eventId }) => eventId)]).toEqual([[join?.eventId], [topic.eventId]]);
  expect([...heldByRaw.values()]).toEqual(held);
});
