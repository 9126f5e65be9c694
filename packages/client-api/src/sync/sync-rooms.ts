import { independent, type Model, model, obj, record } from "@patrix/api";
import { EventId, RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { BasicEvents } from "./basic-events.ts";
import { StrippedState } from "./stripped-state.ts";
import { SyncState } from "./sync-state.ts";
import { SyncTimeline } from "./sync-timeline.ts";
import { UnreadNotificationCounts } from "./unread-notification-counts.ts";

/** What a client needs to name a room; members that did not change are left out. */
export interface RoomSummaryUpdate {
  /** At most five members to name the room by. */
  "m.heroes"?: UserId[] | undefined;
  "m.joined_member_count"?: number | undefined;
  "m.invited_member_count"?: number | undefined;
}

/** What changed in a room that the user has joined. */
export interface JoinedRoom {
  /** Only what changed. */
  summary?: RoomSummaryUpdate | undefined;
  /** State changes before the timeline. */
  state?: SyncState | undefined;
  /** State changes up to the end of the timeline; instead of `state`, where the client asked for it. */
  state_after?: SyncState | undefined;
  timeline?: SyncTimeline | undefined;
  ephemeral?: BasicEvents | undefined;
  account_data?: BasicEvents | undefined;
  /** Counts outside of threads, if they are counted by thread. */
  unread_notifications?: UnreadNotificationCounts | undefined;
  /** Counts by thread root; only if the filter asks for them. */
  unread_thread_notifications?: Record<EventId, UnreadNotificationCounts> | undefined;
}

/** A room that the user is invited to. */
export interface InvitedRoom {
  invite_state?: StrippedState | undefined;
}

/** A room that the user has knocked on. */
export interface KnockedRoom {
  knock_state?: StrippedState | undefined;
}

/** What changed in a room until the user left it. */
export interface LeftRoom {
  state?: SyncState | undefined;
  /** State changes up to the end of the timeline; instead of `state`, where the client asked for it. */
  state_after?: SyncState | undefined;
  timeline?: SyncTimeline | undefined;
  account_data?: BasicEvents | undefined;
}

/** What changed in rooms, by the user's membership. */
export interface SyncRooms {
  /** By room. */
  join?: Record<RoomId, JoinedRoom> | undefined;
  /** By room. */
  invite?: Record<RoomId, InvitedRoom> | undefined;
  /** By room. */
  knock?: Record<RoomId, KnockedRoom> | undefined;
  /** By room. */
  leave?: Record<RoomId, LeftRoom> | undefined;
}

/** Checks a {@link RoomSummaryUpdate}. */
export const RoomSummaryUpdate: Model<RoomSummaryUpdate> = /* @__PURE__ */ model(() =>
  independent(
    obj<RoomSummaryUpdate>({
      "m.heroes": z.optional(independent(z.array(UserId))),
      "m.joined_member_count": z.optional(z.int()),
      "m.invited_member_count": z.optional(z.int()),
    }),
  ),
);

/** Checks a {@link JoinedRoom}. */
export const JoinedRoom: Model<JoinedRoom> = /* @__PURE__ */ model(() =>
  independent(
    obj<JoinedRoom>({
      summary: z.optional(RoomSummaryUpdate.schema),
      state: z.optional(SyncState.schema),
      state_after: z.optional(SyncState.schema),
      timeline: z.optional(SyncTimeline.schema),
      ephemeral: z.optional(BasicEvents.schema),
      account_data: z.optional(BasicEvents.schema),
      unread_notifications: z.optional(UnreadNotificationCounts.schema),
      unread_thread_notifications: z.optional(independent(record(EventId, UnreadNotificationCounts.schema))),
    }),
  ),
);

/** Checks a {@link LeftRoom}. */
export const LeftRoom: Model<LeftRoom> = /* @__PURE__ */ model(() =>
  independent(
    obj<LeftRoom>({
      state: z.optional(SyncState.schema),
      state_after: z.optional(SyncState.schema),
      timeline: z.optional(SyncTimeline.schema),
      account_data: z.optional(BasicEvents.schema),
    }),
  ),
);

/** Checks {@link SyncRooms}; a malformed room, or part of one, is no reason to refuse the others. */
export const SyncRooms: Model<SyncRooms> = /* @__PURE__ */ model(() =>
  independent(
    obj<SyncRooms>({
      join: z.optional(independent(record(RoomId, JoinedRoom.schema))),
      invite: z.optional(independent(record(RoomId, independent(obj<InvitedRoom>({ invite_state: z.optional(StrippedState.schema) }))))),
      knock: z.optional(independent(record(RoomId, independent(obj<KnockedRoom>({ knock_state: z.optional(StrippedState.schema) }))))),
      leave: z.optional(independent(record(RoomId, LeftRoom.schema))),
    }),
  ),
);
