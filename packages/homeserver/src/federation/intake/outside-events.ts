import { isJsonObject } from "@patrix/api";
import { isLocalUser } from "../../log/core.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Room } from "../../rooms/room.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { VerifiedPdu } from "./verify-pdus.ts";

/** What takes in events of rooms that this server is not in. */
export type OutsideEventParts = Pick<RoomParts, "rooms" | "noteOutside">;

/** Takes in the few events of rooms that this server is not in that concern its users: an invite is taken back, or a knock refused. */
export class OutsideEvents {
  readonly #parts: OutsideEventParts;

  constructor(parts: OutsideEventParts) {
    this.#parts = parts;
  }

  /** @returns Why the event was not taken in. */
  async take(room: Room, { pdu, reason }: VerifiedPdu): Promise<string | undefined> {
    const { rooms, noteOutside } = this.#parts;
    if (!pdu) return reason ?? "the event could not be checked";
    const { type, state_key: userId, content, sender } = pdu.pdu;
    const isHere = type === "m.room.member" && typeof userId === "string" && isLocalUser(rooms.core, userId);
    const stated = isJsonObject(content) ? content["membership"] : undefined;
    if (!isHere || (stated !== "leave" && stated !== "ban")) return "this server is not in the room";
    const present = await this.#membership(room, userId);
    const hoped = present?.content["membership"];
    if (!present || (hoped !== "invite" && hoped !== "knock")) return "this server is not in the room";
    // What decides cannot be looked at from outside, so only who let the user hope may end that.
    if (hoped === "invite" && present.fields.sender !== sender) return `${String(sender)} has not sent the invite`;
    await noteOutside({ roomId: room.id, version: room.version, event: pdu, mayBeLate: true });
    return undefined;
  }

  /** The event by which a user is invited or knocks, or what has ended that. */
  async #membership(room: Room, userId: string): Promise<StoredEvent | undefined> {
    const { rooms } = this.#parts;
    const userNid = await rooms.core.users.find(userId);
    const membership = userNid === undefined ? undefined : (await rooms.load(room)).view.members.get(userNid);
    return membership && rooms.events.get(membership.eventNid);
  }
}
