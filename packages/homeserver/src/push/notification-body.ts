import { isJsonObject } from "@patrix/api";
import type { RoomAlias, RoomId, UserId, EventId } from "@patrix/identifiers";
import type { Notification, NotificationDevice, NotifyBody } from "@patrix/push-gateway-api";
import { stateEvent } from "../rooms/read/state-event.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import type { PusherRow } from "../store/statements/push.ts";
import type { EventActions } from "./event-outcome.ts";

/** A pusher as its user has set it, as far as it matters here. */
export interface GatewayPusher {
  readonly url: string;
  readonly device: NotificationDevice;
  readonly eventIdOnly: boolean;
}

/** Reads a stored pusher; `undefined` for one that has no gateway. */
export function readPusher({ app_id: appId, pushkey, json }: PusherRow): GatewayPusher | undefined {
  const { data }: { data?: unknown } = JSON.parse(json);
  if (!isJsonObject(data)) return undefined;
  const { url, ...rest } = data;
  if (typeof url !== "string") return undefined;
  const { format } = rest;
  return { url, eventIdOnly: format === "event_id_only", device: { app_id: appId, pushkey, data: rest } };
}

/** Writes what a gateway gets of an event, for one of its devices. */
export async function notificationBody(
  rooms: Rooms,
  event: StoredEvent,
  { pusher, actions, userId, unread }: { pusher: GatewayPusher; actions: EventActions; userId: string; unread: number },
): Promise<NotifyBody> {
  const { fields } = event;
  const room = await rooms.load({ nid: fields.roomNid });
  const { device, eventIdOnly } = pusher;
  const isEncrypted = fields.type === "m.room.encrypted";
  const isUrgent = isEncrypted || Object.keys(actions.tweaks).length > 0;
  const brief: Notification = {
    // Identifiers of events and rooms that are here are well formed.
    event_id: event.eventId as EventId,
    room_id: room.id as RoomId,
    prio: isUrgent ? "high" : "low",
    counts: { unread },
    devices: [{ ...device, tweaks: actions.tweaks }],
  };
  if (eventIdOnly) return { notification: brief };
  return {
    notification: {
      ...brief,
      type: fields.type,
      sender: fields.sender as UserId,
      ...(await namesOf(rooms, room, event)),
      ...(fields.type === "m.room.member" && { user_is_target: fields.stateKey === userId }),
      ...(!isEncrypted && { content: event.content }),
    },
  };
}

/** Writes what a gateway gets when only the number of what is unread has changed. */
export function countsBody({ device }: GatewayPusher, unread: number): NotifyBody {
  return { notification: { counts: { unread }, devices: [device] } };
}

async function namesOf(
  rooms: Rooms,
  room: LoadedRoom,
  event: StoredEvent,
): Promise<Pick<Notification, "sender_display_name" | "room_name" | "room_alias">> {
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  const sender = text((await stateEvent(rooms, room, "m.room.member", event.fields.sender))?.content["displayname"]);
  const name = text((await stateEvent(rooms, room, "m.room.name"))?.content["name"]);
  const alias = text((await stateEvent(rooms, room, "m.room.canonical_alias"))?.content["alias"]);
  return {
    ...(sender !== undefined && { sender_display_name: sender }),
    ...(name !== undefined && { room_name: name }),
    // The authorisation of the event has seen to its form.
    ...(alias !== undefined && { room_alias: alias as RoomAlias }),
  };
}
