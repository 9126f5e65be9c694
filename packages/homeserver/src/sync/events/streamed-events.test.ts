import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import type { PositionVector } from "../../log/position.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { timelineStart } from "../../rooms/timeline/place.ts";
import type { SyncDevice } from "../cuts/sync-sources.ts";
import { type RoomEvents, StreamedEvents } from "./streamed-events.ts";

const ignored = new Set<string>();

describe.each([1, 4])("the events of a user's rooms, with %i shards", (shards) => {
  let fixture: ComposedRooms;
  let streamed: StreamedEvents;
  let device: SyncDevice;
  let from: PositionVector;
  beforeAll(async () => {
    fixture = await openRooms({ shards });
    const sources = {
      standingOf: () => Promise.resolve("logged in" as const),
      ignoredUsers: () => Promise.resolve(ignored),
      unwantedInviters: () => Promise.resolve((senderId: string) => ignored.has(senderId)),
    };
    streamed = new StreamedEvents({ ...fixture, sources });
    device = await fixture.device(bob);
  });
  afterAll(() => fixture[Symbol.asyncDispose]());
  beforeEach(() => {
    ignored.clear();
    from = fixture.core.log.committed;
  });

  const bodiesOf = (rooms: readonly RoomEvents[]): unknown[] =>
    rooms
      .flatMap(({ events }) => events)
      .toSorted((a, b) => a.nid - b.nid)
      .map(({ content, fields }) => content["body"] ?? `${fields.type} ${String(content["membership"] ?? "")}`);
  const read = async (): Promise<unknown[]> => bodiesOf((await streamed.ofUser(device, from)).rooms);
  const readAll = async (): Promise<Set<unknown>> => new Set(await read());
  const say = (room: LoadedRoom, body: string, sender = alice): Promise<unknown> => fixture.engine.send(room, message(body, sender));

  it("are those since a cut of the rooms that the user is in, and how memberships of others began or ended", async () => {
    const [first, second, other] = [
      await roomOf(fixture, { joined: [bob] }),
      await roomOf(fixture, { joined: [bob] }),
      await roomOf(fixture),
    ];
    from = fixture.core.log.committed;
    expect(await streamed.ofUser(device, from)).toEqual({ rooms: [], end: from });
    await say(first, "one");
    await say(other, "not his");
    await say(second, "two");
    await say(first, "three");
    expect(await readAll()).toEqual(new Set(["one", "two", "three"]));
    from = (await streamed.ofUser(device, from)).end;
    await fixture.members.invite(other, { sender: alice, target: bob });
    await fixture.members.kick(second, { sender: alice, target: bob });
    await say(second, "after the kick");
    expect(await readAll()).toEqual(new Set(["m.room.member invite", "m.room.member leave"]));
    from = fixture.core.log.committed;
    expect(await read()).toEqual([]);
  });

  it("are only those that the user may see", async () => {
    const room = await roomOf(fixture, {
      initialState: [{ type: "m.room.history_visibility", content: { history_visibility: "joined" } }],
    });
    from = fixture.core.log.committed;
    await say(room, "before");
    await fixture.members.join(room, bob);
    await say(room, "after");
    expect(await read()).toEqual(["m.room.member join", "after"]);
  });

  it("are no messages and invites of those whom the user ignores", async () => {
    const [room, other] = [await roomOf(fixture, { joined: [bob, carol] }), await roomOf(fixture)];
    from = fixture.core.log.committed;
    ignored.add(alice);
    await say(room, "ignored");
    await say(room, "heard", carol);
    await fixture.members.invite(other, { sender: alice, target: bob });
    await fixture.engine.send(room, state("m.room.topic", { topic: "x" }));
    expect(await readAll()).toEqual(new Set(["heard", "m.room.topic "]));
  });

  it("come in pages, none twice and none missing", async () => {
    const rooms = [
      await roomOf(fixture, { joined: [bob] }),
      await roomOf(fixture, { joined: [bob] }),
      await roomOf(fixture, { joined: [bob] }),
    ];
    from = fixture.core.log.committed;
    const count = limits.streamEvents.value * 2 + 30;
    const sent = Array.from({ length: count }, (_, i) => `line ${i}`);
    for (const [i, body] of sent.entries()) await say(rooms[i % 3] ?? expect.unreachable(), body);
    const seen: unknown[] = [];
    const sizes: number[] = [];
    for (;;) {
      const page = await streamed.ofUser(device, from);
      const bodies = bodiesOf(page.rooms);
      if (bodies.length === 0) break;
      seen.push(...bodies);
      sizes.push(bodies.length);
      from = page.end;
    }
    expect([seen.length, new Set(seen)]).toEqual([count, new Set(sent)]);
    expect([sizes, from]).toEqual([[100, 100, 30], fixture.core.log.committed]);
  });

  it("of one room are those after a place, a page at most, for who may look into it", async () => {
    const room = await roomOf(fixture, {
      initialState: [{ type: "m.room.history_visibility", content: { history_visibility: "world_readable" } }],
    });
    const place = room.view.end;
    for (let i = 0; i <= limits.streamEvents.value; i++) await say(room, `line ${i}`);
    const first = await streamed.ofRoom(device, room.id, place);
    const second = await streamed.ofRoom(device, room.id, first.end);
    expect([bodiesOf(first.rooms).length, bodiesOf(second.rooms), second.end]).toEqual([100, ["line 100"], room.view.end]);
    expect(await streamed.ofRoom(device, room.id, second.end)).toEqual({ rooms: [], end: second.end });
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "shared" }));
    await expect(streamed.ofRoom(device, room.id, timelineStart)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
