/**
 * The part `appservice` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  PingAppserviceBody,
  PingAppserviceErrorBody,
  PingAppservicePath,
  type PingAppserviceRequest,
  PingAppserviceResponse,
  UpdateAppserviceRoomDirectoryVisibilityBody,
  UpdateAppserviceRoomDirectoryVisibilityPath,
  type UpdateAppserviceRoomDirectoryVisibilityRequest,
  pingAppservice,
  updateAppserviceRoomDirectoryVisibility,
} from "../index.ts";
