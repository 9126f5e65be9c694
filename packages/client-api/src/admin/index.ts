/**
 * The part `admin` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type GetAdminLockUserRequest,
  type GetAdminSuspendUserRequest,
  type GetWhoIsRequest,
  GetWhoIsResponse,
  LockedState,
  type SetAdminLockUserRequest,
  type SetAdminSuspendUserRequest,
  SuspendedState,
  type WhoIsConnection,
  type WhoIsDevice,
  type WhoIsSession,
  getAdminLockUser,
  getAdminSuspendUser,
  getWhoIs,
  setAdminLockUser,
  setAdminSuspendUser,
} from "../index.ts";
