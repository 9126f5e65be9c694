/**
 * The part `state` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type GetRoomStateRequest,
  GetRoomStateResponse,
  GetRoomStateWithKeyQuery,
  type GetRoomStateWithKeyRequest,
  type SetRoomStateWithKeyRequest,
  StateEventPath,
  getRoomState,
  getRoomStateWithKey,
  setRoomStateWithKey,
} from "../index.ts";
