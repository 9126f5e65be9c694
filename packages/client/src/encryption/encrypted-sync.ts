import type { JsonObject } from "@patrix/api";
import type { SyncResponse } from "@patrix/client-api";
import type { SyncKeys } from "@patrix/client-crypto";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { Taken } from "./taken.ts";

/** State events are not encrypted; what pretends to be one is left as it is. */
export function isEncrypted({ type, state_key: key }: ClientEventWithoutRoomId): boolean {
  return type === "m.room.encrypted" && key === undefined;
}

/** What of a sync concerns the engine. */
export function syncKeysOf({
  to_device,
  device_lists,
  device_one_time_keys_count,
  device_unused_fallback_key_types,
}: SyncResponse): SyncKeys {
  return {
    toDevice: (to_device?.events ?? []).map((event) => ({ ...event })),
    changed: device_lists?.changed ?? [],
    left: device_lists?.left ?? [],
    oneTimeKeyCounts: device_one_time_keys_count ?? {},
    unusedFallbackKeys: device_unused_fallback_key_types,
  };
}

/** State and timeline of each room that the user is in. */
export function eventsByRoom({ rooms }: SyncResponse): [RoomId, ClientEventWithoutRoomId[]][] {
  return Object.entries(rooms?.join ?? {}).map(([id, { state, state_after, timeline }]) => [
    // Keys of this record were checked as room IDs.
    id as RoomId,
    [...(state?.events ?? []), ...(state_after?.events ?? []), ...(timeline?.events ?? [])],
  ]);
}

/** What is new in the timeline of each room, oldest first. */
export function newEventsByRoom({ response, gaps }: Taken): [RoomId, JsonObject[]][] {
  return Object.entries(response.rooms?.join ?? {}).map(([id, { timeline }]) => {
    // Keys of this record were checked as room IDs.
    const roomId = id as RoomId;
    return [roomId, [...(gaps?.get(roomId)?.events ?? []), ...(timeline?.events ?? [])].map((event) => ({ ...event }))];
  });
}

type Reveal = (roomId: string, events: readonly ClientEventWithoutRoomId[]) => Promise<ClientEventWithoutRoomId[]>;

/** A response whose timelines are decrypted, as far as they can be. */
export async function revealResponse(response: SyncResponse, reveal: Reveal): Promise<SyncResponse> {
  const { rooms } = response;
  if (!rooms) return response;
  const revealRooms = async <R extends { timeline?: { events?: ClientEventWithoutRoomId[] | undefined } | undefined }>(
    section: Record<RoomId, R> | undefined,
  ): Promise<Record<RoomId, R> | undefined> => {
    if (!section) return undefined;
    const revealed: Record<RoomId, R> = { ...section };
    for (const [id, room] of Object.entries<R>(section)) {
      const { timeline } = room;
      if (!timeline?.events?.some(isEncrypted)) continue;
      revealed[id as RoomId] = { ...room, timeline: { ...timeline, events: await reveal(id, timeline.events) } };
    }
    return revealed;
  };
  return { ...response, rooms: { ...rooms, join: await revealRooms(rooms.join), leave: await revealRooms(rooms.leave) } };
}
