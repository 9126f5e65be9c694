/**
 * The part `sync` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  BasicEvents,
  type InvitedRoom,
  JoinedRoom,
  type KnockedRoom,
  LeftRoom,
  RoomSummaryUpdate,
  StrippedState,
  SyncQuery,
  type SyncRequest,
  SyncResponse,
  SyncRooms,
  SyncState,
  SyncTimeline,
  type SyncToDevice,
  UnreadNotificationCounts,
  sync,
} from "../index.ts";
