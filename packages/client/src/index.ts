/**
 * Matrix client: session, sync, rooms and sending.
 *
 * @packageDocumentation
 */
export { clearTypes } from "./encryption/clear-types.ts";
export { encryptionOnServer, readEncryptionSettings, recipientsOnServer } from "./encryption/room-encryption.ts";
export type { EventEncryption } from "./encryption/event-encryption.ts";
export type { Encryption, EncryptionSetupOptions } from "./encryption/encryption.ts";
export type { KeyFileOptions, KeyImport, KeyImportOptions, VerificationMethod } from "@patrix/client-crypto";
export type { EncryptionStatus } from "./encryption/encryption-status.ts";
export type {
  Device,
  UserIdentity,
  UserVerificationOptions,
  Verification,
  VerificationOptions,
  VerificationStep,
} from "./encryption/verification.ts";
export type { EncryptionOptions } from "./encryption/encryption-options.ts";
export { MatrixError } from "@patrix/api";
export type { MembershipChange } from "@patrix/events";
export type { DeviceId, EventId, MxcUri, RoomAlias, RoomId, ServerName, UserId } from "@patrix/identifiers";
export type { Abortable } from "./abortable.ts";
export type { IdentityProvider } from "@patrix/client-api";
export type { Login } from "./auth/login.ts";
export type { ForeignToken, LoginOptions, Registration } from "./auth/login-options.ts";
export type {
  AccountPageOptions,
  BegunLogin,
  ClientMetadata,
  OAuthLoginOptions,
  RedirectOptions,
  RedirectTarget,
  SsoLoginOptions,
  Visit,
} from "./auth/redirect-options.ts";
export type { OAuthGrant, Session } from "./auth/session.ts";
export type { UiaHandler, UiaStage } from "./auth/uia.ts";
export type { Member } from "./base/members.ts";
export type { RoomAction } from "./base/power-levels.ts";
export type { ReadUpTo, RoomMembership } from "./base/room-data.ts";
export type { UnreadCounts } from "./base/unread.ts";
export type { Client } from "./client.ts";
export type { ClientOptions } from "./client-options.ts";
export { createClient } from "./create-client.ts";
export { ClientError, type ClientErrorCode, isTransient, OAuthError, type RequestFailure } from "./errors.ts";
export { defineEvent, type EventDef } from "./events/event-def.ts";
export type { EventContents, EventType, MemberEventContent, MessageLikeEvents, StateEvents } from "./events/event-types.ts";
export {
  type Credentials,
  HttpClient,
  type HttpClientParts,
  type RequestOptions,
  type RequestSender,
  type StreamSender,
  type UploadBody,
} from "./http/http-client.ts";
export { pauseMs, type RetryOptions, type RetryPolicy, retryPolicy } from "./http/retry-policy.ts";
export { applyDiffs, type DiffOptions, diffLists, type ListDiff } from "./live/list-diff.ts";
export { type Live, LiveValue } from "./live/live.ts";
export { type LiveList, LiveListValue } from "./live/live-list.ts";
export { type Subscription, subscription } from "./live/subscription.ts";
export { type Logger, problemLogger, silentLogger } from "./logger.ts";
export type { FileLike } from "./media/file-like.ts";
export { createMedia, uploadAttachment } from "./media/create-media.ts";
export type { DownloadOptions, FileStream, Media, MediaLimits, MediaSender, StreamOptions, UploadOptions } from "./media/media.ts";
export type { AttachmentOptions, SentAttachment, SentFile } from "./media/sent-file.ts";
export type { Progress, Sending, SendingState } from "./outbox/sending.ts";
export type { Profile, ProfileData } from "./profile/profile.ts";
export type { Notification } from "./push/notifications.ts";
export type { AccountData } from "./rooms/account-data.ts";
export type { PollAnswerResult, PollResults } from "@patrix/events/unstable";
export type { Poll } from "./rooms/poll.ts";
export type {
  EventItem,
  EventOf,
  MatrixEvent,
  MemberEvent,
  MessageEvent,
  PermalinkOptions,
  Room,
  RoomMembers,
  RoomStateAccess,
  StateItem,
  Thread,
  ThreadItem,
  ThreadList,
  Timeline,
  TimelineItem,
  TimelineOptions,
} from "./rooms/room.ts";
export { fileContent } from "./rooms/message-content.ts";
export type { MarkReadOptions } from "./rooms/mark-read-options.ts";
export type { FollowUpgradesOptions } from "./rooms/follow-upgrades-options.ts";
export type { CreateRoomOptions, RoomListFilter, RoomListOptions, RoomListView, RoomPreview, Rooms, SpaceChild } from "./rooms/rooms.ts";
export type { MediaOptions, PollOptions, Sender, SendOptions, TransactionOptions } from "./rooms/sender.ts";
export { platformClock } from "./platform-clock.ts";
export { deleteDatabases } from "./stores/delete-databases.ts";
export { memoryStore } from "./stores/memory-store.ts";
export { type KeyStore, type OpenKeyStore, type Store, type StoreChange, type StoreTable, storeTables } from "./stores/store.ts";
export type { OnlineState } from "./sync/sync-loop.ts";
