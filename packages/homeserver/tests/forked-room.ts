import type { LoadedRoom } from "../src/rooms/room.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import type { RoomParts } from "../src/rooms/open-rooms.ts";
import { RemoteServer } from "./remote/remote-server.ts";
import { roomOf, state } from "./room-of.ts";

const rita = "@rita:remote.example";

/** A room in which two servers have set the topic without knowing of one another. */
export interface ForkedRoom {
  readonly room: LoadedRoom;
  /** Sets the topic to `ours`. */
  readonly ours: StoredEvent;
  /** Sets the topic to `theirs`, and comes after the other one here. */
  readonly theirs: StoredEvent;
}

/** Makes such a room. Their topic wins if it was sent later, by the clock of its server. */
export async function forkedRoom(fixture: RoomParts, winner: "ours" | "theirs", version = "11"): Promise<ForkedRoom> {
  const remote = new RemoteServer("remote.example", fixture);
  const levels = { state_default: 0, events: {}, users: {} };
  const room = await roomOf(fixture, { version, initialState: [{ type: "m.room.power_levels", content: levels }] });
  const stored = async (nid: number | undefined): Promise<StoredEvent> => {
    const event = await fixture.rooms.events.get(nid ?? 0);
    if (!event) throw new Error(`there is no event ${nid}`);
    return event;
  };
  const tip = (): Promise<StoredEvent> => stored(room.head.tips.at(-1)?.nid);
  const join = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  await remote.send(room, { ...join, after: [await tip()], state: room.head.state });
  const before = { after: [await tip()], state: room.head.state };
  const ours = await fixture.engine.send(room, state("m.room.topic", { topic: "ours" }));
  const topic = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "theirs" }, ...before };
  await remote.send(room, winner === "theirs" ? topic : { ...topic, ts: 1 });
  return { room, ours, theirs: await tip() };
}
