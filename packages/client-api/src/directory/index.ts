/**
 * The part `directory` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  GetPublicRoomsQuery,
  type GetPublicRoomsRequest,
  type GetRoomVisibilityOnDirectoryRequest,
  PublicRoomsChunk,
  PublicRoomsFilter,
  PublicRoomsResponse,
  QueryPublicRoomsBody,
  QueryPublicRoomsQuery,
  type QueryPublicRoomsRequest,
  RoomVisibility,
  RoomVisibilityBody,
  type SetRoomVisibilityOnDirectoryRequest,
  getPublicRooms,
  getRoomVisibilityOnDirectory,
  publicRoomsChunkShape,
  queryPublicRooms,
  setRoomVisibilityOnDirectory,
} from "../index.ts";
