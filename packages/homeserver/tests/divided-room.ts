import type { NamedPdu } from "@patrix/signatures";
import type { RoomParts } from "../src/rooms/open-rooms.ts";
import type { ReceivedEvent } from "../src/rooms/receive/event-receiver.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import { RemoteServer } from "./remote/remote-server.ts";
import { roomOf } from "./room-of.ts";

const rita = "@rita:remote.example";

/** A room that was divided: the same users have come on the side that is known here, and on that of another server. */
export interface DividedRoom {
  readonly room: LoadedRoom;
  /** What the other side sends now: the topic `theirs`. */
  readonly topic: NamedPdu;
  /** Takes it in, with the state of its side, which is stored. */
  readonly receive: () => Promise<ReceivedEvent>;
}

/** Makes such a room, with so many users: twice as many events are in conflict. */
export async function dividedRoom(fixture: RoomParts, users: number, version = "11"): Promise<DividedRoom> {
  const { rooms, receiver } = fixture;
  const remote = new RemoteServer("remote.example", fixture);
  const levels = { state_default: 0, events: {}, users: {} };
  const room = await roomOf(fixture, { version, initialState: [{ type: "m.room.power_levels", content: levels }] });
  const tip = async (): Promise<StoredEvent> => {
    const event = await rooms.events.get(room.head.tips.at(-1)?.nid ?? 0);
    if (!event) throw new Error("the room has no tip");
    return event;
  };
  const memberOf = (sender: string, displayname = "Rita") => {
    return { type: "m.room.member", stateKey: sender, sender, content: { membership: "join", displayname } };
  };
  await remote.send(room, { ...memberOf(rita), after: [await tip()], state: room.head.state });
  const { state } = room.head;
  const begin = await tip();
  const play = async (side: string): Promise<NamedPdu[]> => {
    const sent: NamedPdu[] = [];
    for (let i = 0; i < users; i++) {
      const draft = memberOf(`@user${i}:remote.example`, side);
      sent.push(await remote.build(room, { ...draft, after: [sent.at(-1) ?? begin], state }));
    }
    return sent;
  };
  for (const pdu of await play("ours")) await remote.deliver(room, pdu);
  const theirs = await play("theirs");
  await receiver.receiveOutliers(room, theirs);
  const draft = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "theirs" } };
  const topic = await remote.build(room, { ...draft, after: [theirs.at(-1) ?? begin], state });
  const agreed = [...(await rooms.events.load([...state.entries()].map(([, nid]) => nid))).values()];
  const stateBefore = [...agreed, ...theirs].map(({ eventId }) => eventId);
  return { room, topic, receive: () => receiver.receive(room, topic, { stateBefore }) };
}
