import type { JsonObject } from "@patrix/api";
import { RoomError } from "../errors.ts";
import type { RoomReader } from "../read/room-reader.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { checkAliases } from "../write/check-aliases.ts";
import type { EventDraft } from "../write/event-draft.ts";
import type { RoomEngine, SendOrigin } from "../write/room-engine.ts";
import type { Members } from "./members.ts";

/** What events of users are sent with. */
export interface EventSenderParts {
  readonly rooms: Rooms;
  readonly reader: RoomReader;
  readonly engine: RoomEngine;
  readonly members: Members;
}

/** Who sends. */
export interface EventSender {
  readonly userNid: number;
  readonly userId: string;
}

/** An event as a user asks for it. */
export interface UserEvent {
  readonly type: string;
  /** Makes it a state event. */
  readonly stateKey?: string | undefined;
  readonly content: JsonObject;
  /** How long it is sticky, in milliseconds. */
  readonly stickyMs?: number | undefined;
  /** When it was sent, in milliseconds; now if left out. */
  readonly ts?: number | undefined;
}

/** Checks that a user may ask for an event at all, and opens its room. @throws {RoomError} `FORBIDDEN`, `ROOM_NOT_FOUND`, `INVALID_EVENT`. */
export async function roomToSendTo(
  { rooms, reader }: Pick<EventSenderParts, "rooms" | "reader">,
  sender: EventSender,
  roomId: string,
  { type, stateKey }: Pick<UserEvent, "type" | "stateKey">,
): Promise<LoadedRoom> {
  if (type === "m.room.create" && stateKey !== undefined)
    throw new RoomError("INVALID_EVENT", "a room has one m.room.create, and it is sent when the room is made");
  // Who is not in the room may still join it, reject an invite, or knock.
  const isOwn = type === "m.room.member" && stateKey === sender.userId;
  return isOwn ? rooms.load(rooms.get(roomId)) : reader.joined(roomId, sender.userNid);
}

/** The draft of an event that a user asks for. */
export function toDraft({ userId }: EventSender, { type, stateKey, content, stickyMs, ts }: UserEvent): EventDraft {
  const isRedaction = type === "m.room.redaction" && stateKey === undefined;
  const redacts = isRedaction && typeof content["redacts"] === "string" ? content["redacts"] : undefined;
  return { type, stateKey, sender: userId, content, redacts, stickyMs, ts };
}

/**
 * Sends an event as a user asks for it, with the checks that go with its type.
 *
 * @throws {RoomError} As {@link RoomEngine.send}, `BAD_ALIAS`, `INVALID_ALIAS`, `INVITE_BLOCKED`. @throws {LimitError} @throws {UnreachableError}
 */
export async function sendEvent(
  parts: EventSenderParts,
  sender: EventSender,
  { roomId, event, origin }: { readonly roomId: string; readonly event: UserEvent; readonly origin?: SendOrigin | undefined },
): Promise<StoredEvent> {
  const { type, stateKey, content } = event;
  const room = await roomToSendTo(parts, sender, roomId, event);
  if (stateKey !== undefined && type === "m.room.member")
    return parts.members.setMembership(room, { sender: sender.userId, target: stateKey, ts: event.ts }, content, origin);
  if (type === "m.room.canonical_alias" && stateKey === "") await checkAliases(parts.rooms, room, content);
  return parts.engine.send(room, toDraft(sender, event), origin);
}
