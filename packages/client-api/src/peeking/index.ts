/**
 * The part `peeking` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  EventsChunk,
  GetEventsQuery,
  type GetEventsRequest,
  GetOneEventPath,
  type GetOneEventRequest,
  InitialSyncQuery,
  type InitialSyncRequest,
  InitialSyncResponse,
  type InitialSyncRoom,
  PaginationChunk,
  PeekEventsQuery,
  type PeekEventsRequest,
  type RoomInitialSyncRequest,
  RoomInitialSyncResponse,
  getEvents,
  getOneEvent,
  initialSync,
  peekEvents,
  roomInitialSync,
} from "../index.ts";
