/**
 * The part `keys` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  ClaimKeysBody,
  type ClaimKeysRequest,
  ClaimKeysResponse,
  type DeviceKeysUnsigned,
  DeviceLists,
  GetKeysChangesQuery,
  type GetKeysChangesRequest,
  QueriedDeviceKeys,
  QueryKeysBody,
  type QueryKeysRequest,
  QueryKeysResponse,
  SignedKey,
  UploadCrossSigningKeysBody,
  type UploadCrossSigningKeysRequest,
  UploadCrossSigningSignaturesBody,
  type UploadCrossSigningSignaturesRequest,
  UploadCrossSigningSignaturesResponse,
  UploadKeysBody,
  type UploadKeysRequest,
  UploadKeysResponse,
  claimKeys,
  getKeysChanges,
  queryKeys,
  uploadCrossSigningKeys,
  uploadCrossSigningSignatures,
  uploadKeys,
} from "../index.ts";
