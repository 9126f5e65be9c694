import type { InvitedRoom, JoinedRoom, KnockedRoom, LeftRoom, SyncResponse } from "@patrix/client-api";
import type { SimplifiedMsc3575Response, SimplifiedMsc3575Room } from "@patrix/client-api/unstable";
import type { BasicEvent, ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { RoomHints } from "../base/reduce-sync.ts";
import type { RoomData, StateEntry } from "../base/room-data.ts";

/** What the client knows when an answer of sliding sync comes. */
export interface SlidingContext {
  readonly known: (id: RoomId) => RoomData | undefined;
  /** Rooms that are over without the server saying so: a new connection has told of all rooms, and not of these. */
  readonly gone: readonly RoomId[];
}

/** An answer of sliding sync in the terms of `/sync`, and what those terms cannot say of rooms. */
export interface TranslatedSync {
  readonly response: Omit<SyncResponse, "next_batch">;
  readonly rooms: ReadonlyMap<RoomId, RoomHints>;
}

/** Says what an answer of sliding sync says as `/sync` would, so that there is one reduction for both. Pure. */
export function fromSliding(
  { rooms: told = {}, extensions = {} }: SimplifiedMsc3575Response,
  { known, gone }: SlidingContext,
): TranslatedSync {
  const sections: Sections = { join: {}, invite: {}, knock: {}, leave: {} };
  const hints = new Map<RoomId, RoomHints>();
  for (const [id, room] of roomEntries(told)) {
    const before = known(id);
    const membership = room.membership ?? (room.invite_state || room.stripped_state ? "invite" : "join");
    const stripped = room.stripped_state ?? room.invite_state ?? room.knock_state ?? [];
    if (membership === "invite") sections.invite[id] = { invite_state: { events: stripped } };
    else if (membership === "knock") sections.knock[id] = { knock_state: { events: stripped } };
    else if (membership === "join") {
      sections.join[id] = joinedRoom(room, before);
      hints.set(id, hintsOf(room));
    } else sections.leave[id] = toTimeline(room, before);
  }
  for (const id of gone) sections.leave[id] ??= {};
  const isJoined = (id: RoomId): boolean =>
    sections.join[id] !== undefined || (sections.leave[id] === undefined && known(id)?.membership === "join");
  const joined = (id: RoomId): JoinedRoom => (sections.join[id] ??= {});
  for (const [id, events] of roomEntries(extensions.account_data?.rooms)) if (isJoined(id)) joined(id).account_data = { events };
  for (const section of [extensions.receipts?.rooms, extensions.typing?.rooms])
    for (const [id, event] of roomEntries(section)) if (isJoined(id)) addEphemeral(joined(id), event);
  const { to_device: toDevice, e2ee, account_data: accountData } = extensions;
  return {
    rooms: hints,
    response: {
      rooms: sections,
      account_data: { events: accountData?.global ?? [] },
      to_device: { events: toDevice?.events ?? [] },
      device_lists: e2ee?.device_lists,
      device_one_time_keys_count: e2ee?.device_one_time_keys_count,
      device_unused_fallback_key_types: e2ee?.device_unused_fallback_key_types ?? undefined,
    },
  };
}

/** The rooms of `/sync` by how the user stands to them. */
interface Sections {
  readonly join: Record<RoomId, JoinedRoom>;
  readonly invite: Record<RoomId, InvitedRoom>;
  readonly knock: Record<RoomId, KnockedRoom>;
  readonly leave: Record<RoomId, LeftRoom>;
}

function roomEntries<T>(section: Readonly<Record<RoomId, T>> | undefined): [RoomId, T][] {
  // Keys of these records were checked as room IDs.
  return Object.entries(section ?? {}) as [RoomId, T][];
}

function addEphemeral(room: JoinedRoom, event: BasicEvent): void {
  room.ephemeral = { events: [...(room.ephemeral?.events ?? []), event] };
}

function joinedRoom(room: SimplifiedMsc3575Room, before: RoomData | undefined): JoinedRoom {
  const heroes = room.heroes?.map(({ user_id: userId }) => userId);
  return {
    ...toTimeline(room, before),
    summary: {
      ...(heroes && { "m.heroes": heroes }),
      "m.joined_member_count": room.joined_count,
      "m.invited_member_count": room.invited_count,
    },
    unread_notifications: { notification_count: room.notification_count, highlight_count: room.highlight_count },
  };
}

function hintsOf({
  initial,
  num_live: liveCount,
  heroes,
  joined_count: joined = 0,
  invited_count: invited = 0,
}: SimplifiedMsc3575Room): RoomHints {
  const elsewhere = invited > 0 ? "invite" : "leave";
  const membership = joined > 1 ? "join" : elsewhere;
  return {
    isRestated: initial === true,
    liveCount: liveCount ?? 0,
    heroes: (heroes ?? []).map((hero) => heroState(hero.user_id, membership, { ...hero })),
  };
}

/** What a hero is called, for members of whom nothing else is known. */
function heroState(
  userId: UserId,
  membership: string,
  { name, displayname, avatar, avatar_url: avatarUrl }: { name?: unknown; displayname?: unknown; avatar?: unknown; avatar_url?: unknown },
): StateEntry {
  const content = { membership, displayname: displayname ?? name ?? null, avatar_url: avatarUrl ?? avatar ?? null };
  return { type: "m.room.member", state_key: userId, sender: userId, content };
}

/** State and timeline: without the events that are known, where the room is told anew. */
function toTimeline(room: SimplifiedMsc3575Room, before: RoomData | undefined): Pick<LeftRoom, "state_after" | "timeline"> {
  const state = (room.required_state ?? []).filter((entry): entry is ClientEventWithoutRoomId => "event_id" in entry);
  const { timeline: events = [], limited = false, prev_batch: token } = room;
  const last = before?.membership === "join" ? before.lastEventId : undefined;
  const lastAt = last === undefined ? -1 : events.findLastIndex(({ event_id }) => event_id === last);
  const fresh = events.slice(lastAt + 1);
  // A timeline that reaches into what is known leaves nothing out.
  const isLimited = lastAt < 0 && (limited || room.initial === true);
  const timeline = fresh.length > 0 || isLimited ? { events: fresh, limited: isLimited, prev_batch: token ?? undefined } : undefined;
  return { state_after: { events: state }, timeline };
}
