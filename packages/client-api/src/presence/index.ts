/**
 * The part `presence` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type GetPresenceRequest,
  GetPresenceResponse,
  PresenceState,
  SetPresenceBody,
  type SetPresenceRequest,
  getPresence,
  setPresence,
} from "../index.ts";
