/**
 * The part `alias` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type DeleteRoomAliasRequest,
  type GetRoomIdByAliasRequest,
  GetRoomIdByAliasResponse,
  RoomAliasPath,
  type SetRoomAliasRequest,
  deleteRoomAlias,
  getRoomIdByAlias,
  setRoomAlias,
} from "../index.ts";
