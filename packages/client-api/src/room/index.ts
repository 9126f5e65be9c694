/**
 * The part `room` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  CreateRoomBody,
  type CreateRoomRequest,
  EventIdResponse,
  GetEventByTimestampQuery,
  type GetEventByTimestampRequest,
  GetEventByTimestampResponse,
  type GetLocalAliasesRequest,
  GetLocalAliasesResponse,
  type GetOneRoomEventRequest,
  type GetRoomSummaryRequest,
  GetRoomSummaryResponse,
  type InitialStateEvent,
  JoinRule,
  ReasonBody,
  type ReportEventRequest,
  type ReportRoomRequest,
  RoomEventPath,
  RoomIdBody,
  RoomIdOrAliasPath,
  RoomPath,
  RoomSummary,
  UpgradeRoomBody,
  type UpgradeRoomRequest,
  UpgradeRoomResponse,
  ViaQuery,
  createRoom,
  getEventByTimestamp,
  getLocalAliases,
  getOneRoomEvent,
  getRoomSummary,
  reportEvent,
  reportRoom,
  roomSummaryShape,
  upgradeRoom,
} from "../index.ts";
