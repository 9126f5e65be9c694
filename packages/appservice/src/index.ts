/**
 * Application services: registrations, transactions, ghosts, and what bridges are made of.
 *
 * @packageDocumentation
 */
export { memoryStore } from "@patrix/client";
export { sqliteStore, type SqliteStoreOptions } from "@patrix/client/node";
export type { Appservice } from "./appservice.ts";
export { type AppserviceOptions, createAppservice } from "./create-appservice.ts";
export type { AppserviceEncryptionOptions } from "./encryption/appservice-encryption.ts";
export { AppserviceError, type AppserviceErrorCode } from "./errors.ts";
export type { QueryAnswers, ThirdPartyNetwork } from "./intake/answer-queries.ts";
export type { EventHandler, HandlerContext, OnOptions, ServiceEvent } from "./intake/event-router.ts";
export type { DeviceNews, News } from "./intake/read-transaction.ts";
export type { GhostProfile, GhostSession, Intent, IntentFileOptions, IntentSendOptions, UploadedFile } from "./intents/intent.ts";
export { DurableQueue, type QueueItem, type QueueParts, type SetAsideItem } from "./queue/durable-queue.ts";
export { RetryLater } from "./queue/retry-later.ts";
export { createRegistration, type FullRegistration, type NewRegistration } from "./registration/create-registration.ts";
export { formatRegistration } from "./registration/format-registration.ts";
export { type OpenedRegistration, openRegistration } from "./registration/open-registration.ts";
export { parseRegistration } from "./registration/parse-registration.ts";
export { type AppserviceChange, type AppserviceStore } from "./store/appservice-store.ts";
export { type Bridge, type BridgeOptions, createBridge } from "./bridge/create-bridge.ts";
export { type BridgedMessage, type MessageOptions, Messages } from "./bridge/messages.ts";
export { type Portal, type PortalOptions, Portals } from "./bridge/portals.ts";
export { type PuppetOptions, Puppets } from "./bridge/puppets.ts";
export { IRC, IRC_COLORS, withoutControls } from "./formatting/irc-codes.ts";
export { type FormattedText, ircToHtml } from "./formatting/irc-to-html.ts";
export { htmlToLines, type LineOptions, messageToLines, relayName, splitLine } from "./formatting/message-to-lines.ts";
