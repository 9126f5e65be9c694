import { type ClientEventWithoutRoomId, roomEvents } from "@patrix/events";
import { describeMember, type Member } from "../base/members.ts";
import { emptyRoomData, isRoomMembership } from "../base/room-data.ts";
import type { EventDef } from "../events/event-def.ts";
import { freezeJson } from "../events/freeze-json.ts";
import { EventHandle, type EventParts, MemberHandle, MessageHandle } from "./matrix-event.ts";
import type { MatrixEvent, Room } from "./room.ts";
import type { RoomContext } from "./room-context.ts";

/** What checking an event gives: the handle, or why there is none. */
export type MadeEvent = { readonly event: MatrixEvent } | { readonly problem: string };

/**
 * Makes the handle of an event whose content is as its type asks. Redacted events, of which little is left, count as
 * none of their type.
 */
export function makeEvent(raw: ClientEventWithoutRoomId, room: Room, context: RoomContext, sender?: Member): MadeEvent {
  const result = roomEvents().check(raw);
  if (!result.ok) return { problem: result.issues.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ") };
  if (result.redacted) return { problem: "the event was redacted" };
  if (raw.type === "m.room.member" && !isRoomMembership(raw.content["membership"]))
    return { problem: "/content/membership: not one of the five" };
  return { event: makeHandle(raw, { ...partsOf(raw, result.event.content, room, context), ...(sender && { sender }) }) };
}

/** Makes the handle of an event of one's own type. */
export function makeCustomEvent(
  raw: ClientEventWithoutRoomId,
  definition: EventDef<string, unknown>,
  room: Room,
  context: RoomContext,
): MadeEvent {
  try {
    return { event: makeHandle(raw, partsOf(raw, definition.content.parse(raw.content), room, context)) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : "the content does not match" };
  }
}

/** Makes the handle of an event, of the sender as the room knows them or as given, whose content need not be as its type asks. */
export function makeUncheckedEvent(raw: ClientEventWithoutRoomId, room: Room, context: RoomContext, sender?: Member): MatrixEvent {
  const made = makeEvent(raw, room, context, sender);
  return "event" in made ? made.event : new EventHandle({ ...partsOf(raw, raw.content, room, context), ...(sender && { sender }) });
}

function makeHandle(raw: ClientEventWithoutRoomId, parts: EventParts): MatrixEvent {
  if (raw.type === "m.room.member" && raw.state_key !== undefined) return new MemberHandle(parts);
  return raw.type === "m.room.message" && raw.state_key === undefined ? new MessageHandle(parts) : new EventHandle(parts);
}

function partsOf(raw: ClientEventWithoutRoomId, content: unknown, room: Room, context: RoomContext): EventParts {
  const data = context.base().rooms.get(room.id) ?? emptyRoomData(room.id);
  return { raw: freezeJson(raw), content: freezeJson(content), room, sender: describeMember(data, raw.sender), context };
}
