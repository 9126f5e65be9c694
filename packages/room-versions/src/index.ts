/**
 * The rules of room versions 1 to 12 as one table.
 *
 * @packageDocumentation
 */
export { derive } from "./derive.ts";
export type { RedactionChanges, RoomVersionChanges } from "./derive.ts";
export type {
  AuthorizationRules,
  EventFormatRules,
  EventIdFormat,
  EventsReferenceFormat,
  RedactedContent,
  RedactedContentKeys,
  RedactionRules,
  RoomIdFormat,
  RoomVersionDisposition,
  RoomVersionRules,
  SignatureRules,
  StateResolutionAlgorithm,
} from "./room-version-rules.ts";
export { defaultRoomVersion, getRoomVersionRules, isStableRoomVersion, roomVersions } from "./room-versions.ts";
