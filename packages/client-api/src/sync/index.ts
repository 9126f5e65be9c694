/**
 * The part `sync` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  BasicEvents,
  type InvitedRoom,
  type JoinedRoom,
  type KnockedRoom,
  type LeftRoom,
  type RoomSummaryUpdate,
  StrippedState,
  SyncQuery,
  type SyncRequest,
  SyncResponse,
  type SyncRooms,
  SyncState,
  SyncTimeline,
  type SyncToDevice,
  UnreadNotificationCounts,
  sync,
} from "../index.ts";
