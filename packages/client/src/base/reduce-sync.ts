import { isJsonObject, type JsonObject } from "@patrix/api";
import type { InvitedRoom, JoinedRoom, KnockedRoom, LeftRoom, SyncResponse } from "@patrix/client-api";
import type { BasicEvent, ClientEventWithoutRoomId, StrippedStateEvent } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import {
  type BaseState,
  emptyRoomData,
  isRoomMembership,
  nothingUnread,
  type RoomData,
  type RoomMembership,
  type StateEntry,
} from "./room-data.ts";
import { RoomDraft } from "./room-draft.ts";
import type { FilledGap, RoomChange, SyncChanges, TimelineBatch } from "./sync-changes.ts";

/** What sliding sync says of a room, and `/sync` has no words for. */
export interface RoomHints {
  /** Whether the state is told anew, all of it but for members. */
  readonly isRestated: boolean;
  /** How many events at the end of the timeline are new, of a room that was not known. */
  readonly liveCount: number;
  /** Members by whom the room is named, of whom the state need not tell. */
  readonly heroes: readonly StateEntry[];
}

/** What a reduction must know beside the response. */
export interface SyncContext {
  readonly userId: UserId;
  /** Whether the response continues an earlier one; the first sync has no live events. */
  readonly incremental: boolean;
  /** Events that limited timelines leave out, by room; they are live, and the state knows of them already. */
  readonly gaps?: ReadonlyMap<RoomId, FilledGap> | undefined;
  readonly rooms?: ReadonlyMap<RoomId, RoomHints> | undefined;
  /** What a new event counts as while it is unread; see `unreadAs`. */
  readonly countsAs?: ((event: ClientEventWithoutRoomId, room: RoomData) => number) | undefined;
}

/** Applies a sync response to what is known. Pure: neither argument is changed. */
export function reduceSync(state: BaseState, response: SyncResponse, context: SyncContext): SyncChanges {
  const changes = new Map<RoomId, RoomChange>();
  const apply = <T>(section: Readonly<Record<RoomId, T>> | undefined, reduce: (before: RoomData, update: T) => Reduced): void => {
    for (const [id, update] of Object.entries(section ?? {})) {
      // Keys of these records were checked as room IDs.
      const roomId = id as RoomId;
      const known = changes.get(roomId)?.after ?? state.rooms.get(roomId);
      const { draft, live, batch } = reduce(known ?? emptyRoomData(roomId), update);
      const before = changes.get(roomId)?.before ?? state.rooms.get(roomId);
      changes.set(roomId, { before, after: draft.finish(), live, batch, changedState: draft.changedState });
    }
  };
  const { join, invite, knock, leave } = response.rooms ?? {};
  apply(leave, (before, update) => reduceLeft(before, update, context));
  apply(join, (before, update) => reduceJoined(before, update, context));
  apply(invite, (before, update: InvitedRoom) => reduceStripped(before, update.invite_state?.events, "invite"));
  apply(knock, (before, update: KnockedRoom) => reduceStripped(before, update.knock_state?.events, "knock"));
  // Copied only where something changed: there may be many rooms, and most syncs tell of none.
  const rooms = changes.size > 0 ? new Map(state.rooms) : state.rooms;
  if (rooms instanceof Map) for (const [id, { after }] of changes) rooms.set(id, after);
  const accountEvents = response.account_data?.events ?? [];
  const accountData = accountEvents.length > 0 ? new Map(state.accountData) : state.accountData;
  if (accountData instanceof Map) for (const { type, content } of accountEvents) accountData.set(type, content);
  return {
    state: { rooms, accountData },
    rooms: changes,
    accountData: accountEvents.map(({ type }) => type),
    toDevice: response.to_device?.events ?? [],
  };
}

interface Reduced {
  readonly draft: RoomDraft;
  readonly live: readonly ClientEventWithoutRoomId[];
  readonly batch?: TimelineBatch | undefined;
}

function reduceJoined(before: RoomData, update: JoinedRoom, context: SyncContext): Reduced {
  const wasJoined = before.membership === "join";
  // What was known of a room that one was not in is stripped or out of date.
  const draft = new RoomDraft(wasJoined ? before : { ...emptyRoomData(before.id), accountData: before.accountData });
  const hints = context.rooms?.get(before.id);
  if (!wasJoined || hints?.isRestated === true) {
    dropState(draft, before);
    draft.data.allMembers = false;
  }
  draft.setOwnMembership("join");
  applyTimeline(draft, update);
  for (const hero of hints?.heroes ?? []) draft.addMember(hero);
  applySummary(draft, update);
  applyAccountData(draft, update.account_data?.events);
  const batch = batchOf(before.id, update, { ...context, isKnown: wasJoined });
  const live = liveEvents(before, update, { ...context, batch });
  // From here on nothing is missed; what was before, the server has counted.
  if (!wasJoined) draft.data.unread = { ...nothingUnread, isWhole: draft.data.notificationCount <= live.length };
  for (const event of live) draft.addUnread(event, { userId: context.userId, countsAs: context.countsAs });
  for (const { type, content } of update.ephemeral?.events ?? []) {
    if (type === "m.receipt") draft.addReceipts(content, context.userId);
    else if (type === "m.typing") draft.data.typing = readTyping(content, context.userId);
  }
  return { draft, live, batch };
}

/** What has happened since the last sync, or since the user has joined. */
function liveEvents(
  before: RoomData,
  update: JoinedRoom,
  { incremental, rooms, userId, batch }: SyncContext & { readonly batch: TimelineBatch | undefined },
): readonly ClientEventWithoutRoomId[] {
  if (!incremental) return [];
  const events = update.timeline?.events ?? [];
  if (before.membership === "join") return [...(batch?.gap ?? []), ...events];
  const hints = rooms?.get(before.id);
  const newest = hints ? events.length - hints.liveCount : 0;
  return events.slice(Math.max(newest, joinIndex(events, userId)));
}

/** What is new of a timeline; of a room that was not joined it is all that is known. */
function batchOf(
  roomId: RoomId,
  { timeline }: JoinedRoom | LeftRoom,
  { incremental, gaps, isKnown }: Pick<SyncContext, "incremental" | "gaps"> & { readonly isKnown: boolean },
): TimelineBatch | undefined {
  if (timeline === undefined) return undefined;
  const events = timeline.events ?? [];
  const filled = gaps?.get(roomId);
  if (events.length === 0 && filled === undefined && timeline.limited !== true) return undefined;
  const continues = incremental && isKnown && (timeline.limited !== true || (filled !== undefined && filled.missingBefore === undefined));
  return {
    gap: withoutOverlap(filled?.events ?? [], events),
    events,
    isReset: !continues,
    before: filled?.missingBefore ?? timeline.prev_batch,
    beforeEvents: timeline.prev_batch,
  };
}

/** A page of history may reach into the timeline, or back to what came with the last sync's token. */
function withoutOverlap(
  gap: readonly ClientEventWithoutRoomId[],
  events: readonly ClientEventWithoutRoomId[],
): readonly ClientEventWithoutRoomId[] {
  const known = new Set(events.map(({ event_id }) => event_id));
  return gap.filter(({ event_id }) => !known.has(event_id));
}

/** State of the store that the new room does not have must be forgotten there. */
function dropState(draft: RoomDraft, before: RoomData): void {
  for (const entries of before.state.values()) for (const entry of entries.values()) draft.setState(entry);
  draft.pruneState(() => false);
}

/** Where the user's latest join stands in the timeline; 0 if it is from before. */
function joinIndex(events: readonly ClientEventWithoutRoomId[], userId: UserId): number {
  const index = events.findLastIndex(
    ({ type, state_key, content, unsigned }) =>
      type === "m.room.member" &&
      state_key === userId &&
      content["membership"] === "join" &&
      unsigned?.prev_content?.["membership"] !== "join",
  );
  return Math.max(0, index);
}

function reduceLeft(before: RoomData, update: LeftRoom, { userId, incremental }: SyncContext): Reduced {
  const draft = new RoomDraft(before);
  applyTimeline(draft, update);
  applyAccountData(draft, update.account_data?.events);
  const own = draft.finish().state.get("m.room.member")?.get(userId)?.content["membership"];
  draft.setOwnMembership(own === "ban" ? "ban" : "leave");
  draft.pruneState((entry) => isLasting(entry, userId));
  Object.assign(draft.data, {
    typing: [],
    receipts: new Map(),
    notificationCount: 0,
    highlightCount: 0,
    unread: nothingUnread,
    allMembers: false,
  });
  const wasJoined = before.membership === "join";
  const live = incremental && wasJoined ? (update.timeline?.events ?? []) : [];
  return { draft, live, batch: batchOf(before.id, update, { incremental, isKnown: wasJoined }) };
}

/** State of a room that is worth keeping after the user left. */
function isLasting({ type, state_key }: StateEntry, userId: UserId): boolean {
  if (type === "m.room.member") return state_key === userId;
  return ["m.room.name", "m.room.canonical_alias", "m.room.avatar", "m.room.create", "m.room.topic", "m.room.tombstone"].includes(type);
}

function reduceStripped(before: RoomData, events: readonly StrippedStateEvent[] = [], membership: RoomMembership): Reduced {
  const draft = new RoomDraft({ ...before, membership, heroes: [], allMembers: false });
  // Stripped state is the whole of it, so what was known before goes.
  draft.pruneState(() => false);
  for (const event of events) draft.setState(event);
  return { draft, live: [] };
}

function applyTimeline(draft: RoomDraft, update: JoinedRoom | LeftRoom): void {
  for (const event of update.state?.events ?? []) setStateEvent(draft, event);
  const withState = update.state_after === undefined;
  for (const event of update.timeline?.events ?? []) draft.addTimelineEvent(event, withState);
  for (const event of update.state_after?.events ?? []) setStateEvent(draft, event);
}

function setStateEvent(draft: RoomDraft, event: ClientEventWithoutRoomId): void {
  if (event.state_key !== undefined) draft.setState({ ...event, state_key: event.state_key });
}

function applySummary(draft: RoomDraft, { summary, unread_notifications: unread }: JoinedRoom): void {
  const { data } = draft;
  if (summary?.["m.heroes"]) data.heroes = summary["m.heroes"].slice(0, 5);
  data.joinedCount = summary?.["m.joined_member_count"] ?? data.joinedCount;
  data.invitedCount = summary?.["m.invited_member_count"] ?? data.invitedCount;
  data.notificationCount = unread?.notification_count ?? data.notificationCount;
  data.highlightCount = unread?.highlight_count ?? data.highlightCount;
}

function applyAccountData(draft: RoomDraft, events: readonly BasicEvent[] = []): void {
  if (events.length === 0) return;
  const accountData: Record<string, JsonObject> = Object.assign(Object.create(null), draft.data.accountData);
  for (const { type, content } of events) accountData[type] = content;
  draft.data.accountData = accountData;
}

function readTyping(content: JsonObject, ownUserId: UserId): readonly UserId[] {
  const ids = content["user_ids"];
  if (!Array.isArray(ids)) return [];
  return ids.filter((id): id is UserId => typeof id === "string" && id !== ownUserId).slice(0, 100);
}

/** Adds members that were asked for apart from sync; those that sync has told of already stay as they are. */
export function addMembers(
  room: RoomData,
  members: readonly ClientEventWithoutRoomId[],
): { after: RoomData; changedState: RoomChange["changedState"] } {
  const draft = new RoomDraft(room);
  const known = room.state.get("m.room.member");
  for (const event of members) {
    const valid = event.state_key !== undefined && isJsonObject(event.content) && isRoomMembership(event.content["membership"]);
    // What is known of a hero only is less than this.
    if (valid && known?.get(event.state_key ?? "")?.event_id === undefined) setStateEvent(draft, event);
  }
  draft.data.allMembers = true;
  return { after: draft.finish(), changedState: draft.changedState };
}
