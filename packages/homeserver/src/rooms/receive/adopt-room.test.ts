import type { NamedPdu } from "@patrix/signatures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { authChain, named } from "../../../tests/remote/hand-over.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import { eventStatus, type StoredEvent } from "../timeline/stored-event.ts";
import type { AdoptedRoom } from "./adopt-room.ts";

const dan = "@dan:here.example";
const erin = "@erin:here.example";
let there: ComposedRooms;
let here: ComposedRooms;
beforeAll(async () => {
  there = await openRooms();
  here = await openRooms({ serverName: "here.example" });
});
afterAll(async () => {
  await there[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});

interface HandedOver {
  readonly origin: LoadedRoom;
  readonly adopted: AdoptedRoom;
  /** The join of another user, at the same point of the room. */
  readonly joinOf: (user: string) => Promise<NamedPdu>;
}

/** A room of another server that Dan of this one joins, as it is handed over. */
async function handedOver(version: string): Promise<HandedOver> {
  const origin = await roomOf(there, { version, joined: [bob, carol] });
  await there.members.leave(origin, carol);
  await there.engine.send(origin, state("m.room.topic", { topic: "old" }));
  await there.engine.send(origin, state("m.room.topic", { topic: "new" }));
  const last = await there.engine.send(origin, message("last"));
  const events = await there.reader.stateEvents(origin.view.state);
  const remote = new RemoteServer("here.example", there);
  const joinOf = (user: string): Promise<NamedPdu> =>
    remote.build(origin, {
      type: "m.room.member",
      stateKey: user,
      sender: user,
      content: { membership: "join" },
      after: [last],
      state: origin.view.state,
    });
  return {
    origin,
    joinOf,
    adopted: {
      roomId: origin.id,
      version,
      state: events.map(named),
      authChain: (await authChain(there, events)).map(named),
      event: await joinOf(dan),
    },
  };
}

const timeline = (room: LoadedRoom): Promise<StoredEvent[]> =>
  here.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);
const idsOf = (pdus: readonly { readonly eventId: string }[]): string[] => pdus.map(({ eventId }) => eventId).toSorted();
const memberships = (room: LoadedRoom): Promise<unknown[]> =>
  Promise.all([alice, bob, carol, dan].map(async (user) => room.view.members.get(await here.core.users.intern(user))?.membership));

describe.each(["1", "10", "12"])("a room of version %s that is taken over", (version) => {
  it("has the state that was handed over, changed by its first event, which alone is in its timeline", async () => {
    const { origin, adopted } = await handedOver(version);
    const room = await here.adopt(adopted);
    expect([room.id, room.version, here.rooms.find(origin.id)?.nid]).toEqual([origin.id, version, room.nid]);
    expect(idsOf(await timeline(room))).toEqual([adopted.event.eventId]);
    const isDan = ({ pdu }: NamedPdu): boolean => pdu["type"] === "m.room.member" && pdu["state_key"] === dan;
    const expected = [...adopted.state.filter((pdu) => !isDan(pdu)), adopted.event];
    expect(idsOf(await here.reader.stateEvents(room.view.state))).toEqual(idsOf(expected));
    const before = await here.states.stateBefore(room, (await timeline(room))[0] ?? expect.unreachable());
    expect(idsOf(await here.reader.stateEvents(before))).toEqual(idsOf(adopted.state));
  });

  it("has the members of its state, and not of what authorises it", async () => {
    const { adopted } = await handedOver(version);
    // An older membership stands in the auth chain only.
    const joins = adopted.authChain.filter(({ pdu }) => pdu["state_key"] === carol).map(({ pdu }) => pdu["content"]);
    expect(joins).toMatchObject([{ membership: "join" }]);
    const room = await here.adopt(adopted);
    expect(await memberships(room)).toEqual(["join", "join", "leave", "join"]);
    expect([room.view.joinedCount, room.view.invitedCount]).toEqual([3, 0]);
    expect((await here.rooms.ofUser(await here.core.users.intern(dan))).get(room.nid)?.membership).toBe("join");
  });

  it("is one in which everybody may find who is in it, if its state says so", async () => {
    const { adopted } = await handedOver(version);
    const opened = async (room: LoadedRoom): Promise<unknown> =>
      here.core.store.all({ name: "opened", sql: `select reason from open_rooms where room_nid = ${room.nid}` });
    expect(await opened(await here.adopt(adopted))).toEqual([{ reason: "m.room.join_rules" }]);
  });

  it("has its state and what authorises it as outliers, each once", async () => {
    const { adopted } = await handedOver(version);
    await here.adopt(adopted);
    const outliers = [...adopted.state, ...adopted.authChain];
    const stored = await here.rooms.events.loadByIds(outliers.map(({ eventId }) => eventId));
    expect(stored.size).toBe(new Set(idsOf(outliers)).size);
    const outlier = { place: null, status: eventStatus.outlier, isForked: false, stateNid: 0 };
    for (const { fields } of stored.values()) expect(fields).toMatchObject(outlier);
  });

  it("is made once where it is handed over twice at once", async () => {
    const { origin, adopted, joinOf } = await handedOver(version);
    const [first, second] = await Promise.all([here.adopt(adopted), here.adopt({ ...adopted, event: await joinOf(erin) })]);
    expect([first.nid, second.nid]).toEqual([here.rooms.find(origin.id)?.nid, first.nid]);
  });

  it("is the same when it is loaded from the store, and goes on", async () => {
    const { adopted } = await handedOver(version);
    const room = await here.adopt(adopted);
    const told = await memberships(room);
    here.rooms.reload(room);
    const loaded = await here.rooms.load(room);
    expect(loaded).not.toBe(room);
    expect([loaded.id, loaded.version, loaded.creatorNid, await memberships(loaded)]).toEqual([room.id, version, room.creatorNid, told]);
    expect([...loaded.view.state.entries()]).toEqual([...room.view.state.entries()]);
    const said = await here.engine.send(loaded, message("hello", dan));
    expect(said.pdu["depth"]).toBe(Number(adopted.event.pdu["depth"]) + 1);
    expect(idsOf(await timeline(loaded))).toEqual(idsOf([adopted.event, said]));
  });
});

describe("a room is not taken over", () => {
  it("in a version that is not known, or without m.room.create, and nothing is left of it", async () => {
    const { origin, adopted } = await handedOver("11");
    await expect(here.adopt({ ...adopted, version: "99" })).rejects.toMatchObject({ name: "RoomError", code: "UNSUPPORTED_ROOM_VERSION" });
    const headless = adopted.state.filter(({ pdu }) => pdu["type"] !== "m.room.create");
    await expect(here.adopt({ ...adopted, state: headless })).rejects.toMatchObject({ name: "RoomError", code: "INVALID_ROOM_STATE" });
    expect([here.rooms.find(origin.id), await here.rooms.events.byId(adopted.event.eventId)]).toEqual([undefined, undefined]);
  });
});
