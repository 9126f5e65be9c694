import type { JsonObject } from "@patrix/api";
import type { NamedPdu } from "@patrix/signatures";
import { toAuthEvent } from "@patrix/state-res";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { deleteStrippedState, upsertMembership, upsertStrippedState } from "../../store/statements/rooms.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { eventStatus, type StoredEvent } from "../timeline/stored-event.ts";
import { type EventLog, statedMembership } from "../write/event-log.ts";
import { checkedEvent, unknownState } from "./checked-event.ts";
import { outsideRoom } from "./outside-room.ts";

/** A membership of a local user in a room that this server is not in: an invite, a knock, or the end of one. */
export interface OutsideMembership {
  readonly roomId: string;
  readonly version: string;
  readonly event: NamedPdu;
  /** What the room shows of itself; left out where the membership ends. */
  readonly strippedState?: readonly JsonObject[] | undefined;
  /** Whether it may have come after what followed it, which went another way: then it is passed over. */
  readonly mayBeLate?: boolean;
}

/**
 * Stores a membership in a room of which nothing else is known here, and tells the user.
 *
 * @returns The event of the membership; the present one for what is late.
 * @throws {RoomError} `UNSUPPORTED_ROOM_VERSION`.
 */
export async function noteOutsideMembership(rooms: Rooms, log: EventLog, outside: OutsideMembership): Promise<StoredEvent> {
  const { event: pdu, strippedState, mayBeLate = false } = outside;
  const { core } = rooms;
  const { room, stored } = await roomOf(rooms, outside);
  const checked = await checkedEvent(rooms, pdu, unknownState);
  const userNid = await core.users.intern(checked.stateKey ?? "");
  const membership = statedMembership(checked.pdu) ?? "leave";
  const known = await rooms.events.byId(pdu.eventId);
  if (known) return known;
  const member = mayBeLate ? room.view.members.get(userNid) : undefined;
  const present = member && (await rooms.events.get(member.eventNid));
  // The end of an invite or a knock follows it in the graph.
  if (present && Number(checked.pdu["depth"]) <= present.fields.depth) return present;
  const shelved = log.shelve(room, checked, { place: null, status: eventStatus.outlier, afterNid: null });
  const { nid } = shelved.event;
  const shown = strippedState
    ? operation(upsertStrippedState, room.nid, userNid, JSON.stringify(strippedState))
    : operation(deleteStrippedState, room.nid, userNid);
  await log.commit(room, [shelved], {
    first: [...stored, operation(upsertMembership, room.nid, userNid, membership, nid, nid), shown],
    published: () => {
      if (!rooms.byNid(room.nid)) rooms.add(room);
      core.wakeUps.touch([userNid], room.nid);
      rooms.applyMembership(room, userNid, { membership, eventNid: nid, pos: nid });
    },
  });
  return shelved.event;
}

/** The room, a new one without any state if it is not known; with what stores that. */
async function roomOf(
  rooms: Rooms,
  { roomId, version, event, strippedState }: OutsideMembership,
): Promise<{ readonly room: LoadedRoom; readonly stored: readonly WriteOperation[] }> {
  const known = rooms.find(roomId);
  if (known) return { room: await rooms.load(known), stored: [] };
  const create = strippedState?.find(({ type }) => type === "m.room.create");
  const creator = typeof create?.["sender"] === "string" ? create["sender"] : toAuthEvent(event).sender;
  const { room, stored } = await outsideRoom(rooms, { roomId, version, creator });
  return { room, stored: [stored] };
}
