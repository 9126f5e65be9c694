// Rooms whose branches differ much: their states are resolved in a thread of their own, and the server goes on meanwhile.
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RoomParts } from "../src/rooms/open-rooms.ts";
import { eventIn, eventsOfType } from "../src/rooms/read/state-event.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import { dividedRoom } from "./divided-room.ts";
import { composed } from "./remote/compose.ts";
import { message, roomOf } from "./room-of.ts";

/** So many that their events are no small conflict. */
const USERS = 205;

const { postMessage } = Worker.prototype;
/** What happens before the thread that resolves gets the first of the events that it asks for. */
let before: (thread: Worker) => Promise<void> = async () => {};
let withheld = 0;
beforeEach(() => {
  withheld = 0;
  vi.spyOn(Worker.prototype, "postMessage").mockImplementation(function (this: Worker, ...args: Parameters<typeof postMessage>) {
    if ((args[0] as { readonly kind?: unknown }).kind !== "events" || withheld++ > 0) return postMessage.apply(this, args);
    void before(this).then(() => postMessage.apply(this, args));
  });
});
afterEach(() => {
  before = async () => {};
  vi.restoreAllMocks();
});

async function stateOf(
  { rooms }: RoomParts,
  { view: { state } }: LoadedRoom,
): Promise<{ readonly topic: unknown; readonly members: number }> {
  const topic = (await eventIn(rooms, state, "m.room.topic"))?.content["topic"];
  return { topic, members: (await eventsOfType(rooms, state, "m.room.member")).length };
}

describe("a large conflict", () => {
  it.each(["1", "11", "12"])("leaves the server to others while it is resolved, in version %s", async (version) => {
    await using server = await composed({ serverName: "example.org" });
    const { rooms } = server.parts;
    const { room, receive } = await dividedRoom(rooms, USERS, version);
    const other = await roomOf(rooms);
    const order: string[] = [];
    before = async () => {
      const { status } = await server.fetch(new Request(`${server.url}/_matrix/client/versions`));
      await rooms.engine.send(other, message("meanwhile"));
      order.push(`answered with ${status}`);
    };
    const { outcome } = await receive();
    order.push(outcome);
    expect(order).toEqual(["answered with 200", "accepted"]);
    expect(await stateOf(rooms, await rooms.rooms.load(room))).toEqual({ topic: "theirs", members: USERS + 2 });
    // It got them in pieces.
    expect(withheld).toBeGreaterThan(2);
  });

  it("ends with the server, which need not wait for it", async () => {
    await using server = await composed({ serverName: "example.org" });
    const { receive } = await dividedRoom(server.parts.rooms, USERS);
    let stopped: Promise<void> | undefined;
    // The thread never gets what it waits for.
    before = () => {
      stopped = server.stop();
      return new Promise(() => {});
    };
    await expect(receive()).rejects.toMatchObject({ name: "StoreError", code: "CLOSED" });
    await stopped;
    expect(stopped).toBeDefined();
  });

  it("whose thread has ended fails, and is resolved when the event comes again", async () => {
    await using server = await composed({ serverName: "example.org" });
    const { rooms } = server.parts;
    const { room, receive } = await dividedRoom(rooms, USERS);
    before = async (thread) => void (await thread.terminate());
    await expect(receive()).rejects.toThrow("the thread that resolves states has ended");
    expect(await stateOf(rooms, await rooms.rooms.load(room))).toMatchObject({ topic: undefined, members: USERS + 2 });
    expect((await receive()).outcome).toBe("accepted");
    expect(await stateOf(rooms, await rooms.rooms.load(room))).toEqual({ topic: "theirs", members: USERS + 2 });
  });
});
