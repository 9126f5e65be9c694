import type { JsonObject } from "@patrix/api";
import { strippedStateTypes } from "@patrix/events";
import { limits } from "../../limits.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { SignedEvents } from "../signed-events.ts";

/** The first event of the room before all others. */
const shownTypes = strippedStateTypes.toSorted((a, b) => Number(b === "m.room.create") - Number(a === "m.room.create"));

/**
 * What a room shows of itself to the servers of those who are invited, or knock: whole events, the first of the room before all others.
 * What would make it larger than this server takes from others is left out, so that a long topic keeps nobody from being invited.
 */
export async function shownState(
  { rooms, signed }: { readonly rooms: Rooms; readonly signed: SignedEvents },
  room: LoadedRoom,
): Promise<JsonObject[]> {
  const events = await Promise.all(shownTypes.map((type) => stateEvent(rooms, room, type)));
  const shown: JsonObject[] = [];
  let bytes = 2;
  for (const event of events) {
    if (!event) continue;
    const pdu = signed.pdu(event);
    const more = Buffer.byteLength(JSON.stringify(pdu)) + 1;
    if (bytes + more > limits.strippedBytes.value) continue;
    bytes += more;
    shown.push(pdu);
  }
  return shown;
}
