/**
 * The part `config` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  AccountDataPath,
  type GetAccountDataPerRoomRequest,
  type GetAccountDataRequest,
  RoomAccountDataPath,
  type SetAccountDataPerRoomRequest,
  type SetAccountDataRequest,
  getAccountData,
  getAccountDataPerRoom,
  setAccountData,
  setAccountDataPerRoom,
} from "../index.ts";
