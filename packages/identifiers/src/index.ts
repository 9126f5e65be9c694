/**
 * Matrix identifiers, unpadded base64, and matrix.to and matrix: URIs.
 *
 * @packageDocumentation
 */
export { Base64PublicKey, isBase64PublicKey, parseBase64PublicKey } from "./base64-public-key.ts";
export { Base64PublicKeyOrDeviceId, isBase64PublicKeyOrDeviceId } from "./base64-public-key-or-device-id.ts";
export { ClientSecret, isClientSecret, parseClientSecret } from "./client-secret.ts";
export {
  createClientSecret,
  createDeviceId,
  createEventId,
  createRoomId,
  createSessionId,
  createTransactionId,
  createUserId,
  cryptoRandomBytes,
  type RandomBytes,
} from "./create-identifier.ts";
export { DeviceId, isDeviceId, parseDeviceId } from "./device-id.ts";
export { IdentifierError, type IdentifierErrorCode } from "./errors.ts";
export { EventId, type EventIdFormat, type EventIdParts, isEventId, parseEventId } from "./event-id.ts";
export {
  DeviceKeyAlgorithm,
  EventEncryptionAlgorithm,
  KeyDerivationAlgorithm,
  OneTimeKeyAlgorithm,
  SigningKeyAlgorithm,
} from "./key-algorithm.ts";
export {
  type AnyKeyName,
  CrossSigningKeyId,
  CrossSigningOrDeviceSigningKeyId,
  DeviceKeyId,
  DeviceSigningKeyId,
  formatKeyId,
  isKeyId,
  KeyId,
  type KeyIdParts,
  OneTimeKeyId,
  parseKeyId,
  ServerSigningKeyId,
  SigningKeyId,
} from "./key-id.ts";
export type { MatrixLink, ParsedMatrixLink } from "./link-target.ts";
export { parseMatrixLink } from "./matrix-link.ts";
export { formatMatrixToUri, parseMatrixToUri } from "./matrix-to-uri.ts";
export { formatMatrixUri, parseMatrixUri } from "./matrix-uri.ts";
export { formatMxcUri, isMxcUri, MxcUri, type MxcUriParts, parseMxcUri } from "./mxc-uri.ts";
export { isNamespacedIdentifier, isReservedIdentifier } from "./namespaced-identifier.ts";
export { isOneTimeKeyName, OneTimeKeyName, parseOneTimeKeyName } from "./one-time-key-name.ts";
export { isOpaqueIdentifier } from "./opaque-identifier.ts";
export { isRoomAlias, parseRoomAlias, RoomAlias } from "./room-alias.ts";
export { isRoomId, parseRoomId, RoomId, type RoomIdParts } from "./room-id.ts";
export { isRoomIdOrAlias, parseRoomIdOrAlias, RoomIdOrAlias, type RoomIdOrAliasParts } from "./room-id-or-alias.ts";
export { isReservedRoomVersionId, isRoomVersionId, parseRoomVersionId, RoomVersionId } from "./room-version-id.ts";
export { MAX_IDENTIFIER_SIZE_BYTES, type OpenString, type Schema } from "./schema.ts";
export { isServerName, parseServerName, ServerName, type ServerNameParts } from "./server-name.ts";
export { isServerSigningKeyVersion, parseServerSigningKeyVersion, ServerSigningKeyVersion } from "./server-signing-key-version.ts";
export { isSessionId, parseSessionId, SessionId } from "./session-id.ts";
export type { LocalpartAndServer } from "./sigil-grammar.ts";
export { isSpaceChildOrder, parseSpaceChildOrder, SpaceChildOrder } from "./space-child-order.ts";
export { isTransactionId, parseTransactionId, TransactionId } from "./transaction-id.ts";
export {
  decodeUnpaddedBase64,
  decodeUrlSafeUnpaddedBase64,
  encodeUnpaddedBase64,
  encodeUrlSafeUnpaddedBase64,
  isUnpaddedBase64,
} from "./unpadded-base64.ts";
export { isUserId, parseUserId, UserId, type UserIdParts } from "./user-id.ts";
export { toUserLocalpart, type UserLocalpartOptions } from "./user-localpart.ts";
export { isVoipId, parseVoipId, VoipId } from "./voip-id.ts";
export { isVoipVersionId, VoipVersionId } from "./voip-version-id.ts";
