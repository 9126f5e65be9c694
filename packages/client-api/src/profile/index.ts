/**
 * The part `profile` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type DeleteProfileFieldRequest,
  type GetProfileFieldRequest,
  type GetUserProfileRequest,
  GetUserProfileResponse,
  ProfileFieldPath,
  type SetProfileFieldRequest,
  deleteProfileField,
  getProfileField,
  getUserProfile,
  setProfileField,
} from "../index.ts";
