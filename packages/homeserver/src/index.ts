/// <reference types="node" preserve="true" />
/**
 * A Matrix homeserver on an embedded database or PostgreSQL.
 *
 * @packageDocumentation
 */
export { loadRegistrations } from "./config/registration-files.ts";
export type { AppserviceRegistration } from "./appservice/appservices.ts";
export type { Config } from "./config/config.ts";
export { configWarnings } from "./config/config-warnings.ts";
export { ConfigError } from "./config/errors.ts";
export { type Environment, loadConfig, parseConfig } from "./config/load-config.ts";
export { printConfig } from "./config/print-config.ts";
export { HomeserverError } from "./errors.ts";
export { BackupError } from "./backup/errors.ts";
export type { Manifest } from "./backup/manifest.ts";
export type { RestoredBackup } from "./backup/restore-backup.ts";
export type { BackupOptions, BackupProgress } from "./backup/write-backup.ts";
export { backUp } from "./compose/back-up.ts";
export { checkDatabase, type CheckDatabaseOptions } from "./compose/check-database.ts";
export type { CheckOptions, CheckProgress, CheckSummary } from "./check/check-data.ts";
export type { Finding, FindingKind, Report } from "./check/finding.ts";
export { explainRoom } from "./compose/explain-room.ts";
export { ExplainError } from "./check/errors.ts";
export type {
  ExplainedBranch,
  ExplainedEventOutcome,
  ExplainedKey,
  ExplainRoomOptions,
  RoomCandidate,
  RoomExplanation,
} from "./check/explain-room.ts";
export type { Judgement, PutAside } from "./check/put-aside.ts";
export type { ShownEvent } from "./check/shown-event.ts";
export { copyDatabase } from "./compose/copy-database.ts";
export type { CopiedTable, CopyOptions, CopyProgress } from "./store/copy/copy-store.ts";
export { type DestinationStatus, federationStatus } from "./compose/federation-status.ts";
export { signingKeyPath } from "./compose/signing-key-path.ts";
export { restore } from "./compose/restore.ts";
export { createHomeserver, type Homeserver, type HomeserverOptions } from "./compose/create-homeserver.ts";
export {
  createLogger,
  type LogFields,
  type LogFormat,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  logLevels,
  silentLogger,
} from "./http/logger.ts";
export { type LimitName, limits, type RefusingLimitName } from "./limits.ts";
export { defaultRateLimits, type RateLimit, type RateLimitAction, type RateLimits } from "./http/access/rate-limits.ts";
export * from "./log/core.ts";
export { VERSION } from "./version.ts";
