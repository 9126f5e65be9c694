/**
 * The rules of room versions 1 to 12 as one table, and what needs nothing else: power levels and the redaction of contents.
 *
 * @packageDocumentation
 */
export { derive } from "./derive.ts";
export type { RedactionChanges, RoomVersionChanges } from "./derive.ts";
export { type CreateEvent, creatorsOf } from "./power-levels/creators-of.ts";
export { DEFAULT_NOTIFICATION_LEVEL, DEFAULT_POWER_LEVELS, type PowerLevelName } from "./power-levels/default-power-levels.ts";
export type { Permissions } from "./power-levels/permissions.ts";
export { PowerLevels, type PowerLevelsEvent } from "./power-levels/power-levels.ts";
export { readLevel } from "./power-levels/read-level.ts";
export { redactContent } from "./redaction/redact-content.ts";
export { redactsOf } from "./redaction/redacts-of.ts";
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
export { defaultRoomVersion, defaultRoomVersionRules, getRoomVersionRules, isStableRoomVersion, roomVersions } from "./room-versions.ts";
