import { isGuest } from "../accounts/is-guest.ts";
import { AccountData } from "../accounts/account-data.ts";
import { ContactSettingsReader } from "../accounts/contact-settings.ts";
import type { Logger } from "../http/logger.ts";
import { type AccountParts, openAccounts } from "../accounts/open-accounts.ts";
import { readProfile } from "../accounts/profiles.ts";
import type { Config } from "../config/config.ts";
import { type DirectoryParts, openDirectory } from "../directory/open-directory.ts";
import { deviceSyncSources } from "../e2ee/device-sync-sources.ts";
import { type E2ee, openE2ee } from "../e2ee/open-e2ee.ts";
import type { Core } from "../log/core.ts";
import { isCovered } from "../log/position.ts";
import { type MediaParts, openMedia } from "../media/open-media.ts";
import { noFederation, type OtherServers } from "../other-servers.ts";
import { openPushSender, type PushSenderPorts } from "../push/open-push-sender.ts";
import type { PushSender } from "../push/push-sender.ts";
import { Notifications } from "../push/notifications.ts";
import { PushRules } from "../push/push-rules.ts";
import { openRooms, type RoomParts, type RoomPorts } from "../rooms/open-rooms.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { SyncSources } from "../sync/cuts/sync-sources.ts";
import { Reports } from "../accounts/reports.ts";
import { EventStream } from "../sync/events/event-stream.ts";
import { openSync } from "../sync/v3/open-sync.ts";
import type { SyncBound } from "../sync/v3/sync-bound.ts";
import type { Sync } from "../sync/v3/sync.ts";
import { mediaFolder } from "./media-folder.ts";

/** Every part of a homeserver but HTTP, each built on those before it. */
export interface HomeserverParts extends DirectoryParts {
  readonly core: Core;
  readonly pushRules: PushRules;
  readonly notifications: Notifications;
  readonly pushSender: PushSender;
  readonly searchIndex: SearchIndex;
  readonly rooms: RoomParts;
  readonly e2ee: E2ee;
  readonly accounts: AccountParts;
  readonly media: MediaParts;
  readonly sync: Sync;
  readonly eventStream: EventStream;
  readonly otherServers: OtherServers;
  readonly reports: Reports;
}

/** Opens the parts over one core. */
export async function openParts(
  core: Core,
  config: Config,
  { logger, syncBound }: { readonly logger: Logger; readonly syncBound?: SyncBound | undefined },
): Promise<HomeserverParts> {
  const logFailure = (error: unknown): void => logger.error("a profile could not be shown in every room", { error });
  const pushFailed: PushSenderPorts["failed"] = (error, retryMs) =>
    logger.warn("a notification could not be sent", { error, retry_ms: retryMs });
  const accountData = new AccountData(core);
  const pushRules = new PushRules(accountData);
  const contacts = new ContactSettingsReader(accountData);
  const otherServers = noFederation(core.serverName);
  const rooms = await openRooms(core, { otherServers, hasPresence: config.presence.enabled, ...userPorts(core, contacts) });
  const notifications = await Notifications.open({
    rooms: rooms.rooms,
    receipts: rooms.receipts,
    visibility: rooms.visibility,
    pushRules,
    failed: (error, retryMs) => logger.error("whom events notify could not be worked out", { error, retry_ms: retryMs }),
  });
  const directory = await openDirectory(rooms.rooms, { searchAll: config.user_directory.search_all });
  const e2ee = await openE2ee(rooms.rooms);
  const accounts = await openAccounts(core, {
    // It can take a while in many rooms, and whoever changes the profile need not wait for it.
    profileChanged: async (userId) => void rooms.members.updateProfile(userId).catch(logFailure),
    initialData: async ({ userNid, userId }) => pushRules.store(userNid, await pushRules.read(userNid, userId)),
    deviceListChanged: (userNid, operations, publish) => e2ee.deviceLists.note(userNid, operations, publish),
    passwords: {
      cost: config.passwords.cost,
      minLength: config.passwords.min_length ?? (config.testing ? 1 : undefined),
      pepper: config.passwords.pepper,
    },
    erased: (userNid) => void rooms.rooms.erasedUsers.add(userNid),
    limitsGuesses: config.rate_limits.enabled,
    accountData,
    contacts,
    findability: directory.userDirectory,
  });
  const sources = syncSources(accounts, e2ee, notifications);
  return {
    core,
    pushRules,
    notifications,
    pushSender: openPushSender({
      ...rooms,
      notifications,
      allowPrivateTargets: config.federation.allow_private_targets,
      failed: pushFailed,
    }),
    searchIndex: await openSearchIndex(rooms, logger),
    rooms,
    e2ee,
    accounts,
    media: await openMediaOf(core, config),
    ...directory,
    otherServers,
    reports: new Reports(core),
    sync: openSync(rooms, sources, syncBound),
    eventStream: new EventStream({ ...rooms, sources }),
  };
}

function openSearchIndex({ rooms }: RoomParts, logger: Logger): Promise<SearchIndex> {
  return SearchIndex.open(rooms, (error, retryMs) => logger.error("the words of events could not be stored", { error, retry_ms: retryMs }));
}

function openMediaOf(core: Core, config: Config): Promise<MediaParts> {
  return openMedia(core, {
    folder: mediaFolder(config),
    maxUploadBytes: config.media.max_upload_size,
    dynamicThumbnails: config.media.dynamic_thumbnails,
  });
}

function userPorts(core: Core, contacts: ContactSettingsReader): Omit<RoomPorts, "otherServers" | "hasPresence"> {
  return {
    ignoredUsers: async (userNid) => (await contacts.of(userNid)).ignored,
    profileOf: async (userId) => (await readProfile(core, userId)) ?? {},
    blocksInvites: async (userId) => {
      const userNid = await core.users.find(userId);
      return userNid !== undefined && (await contacts.of(userNid)).blocksInvites;
    },
    isGuest: async (userId) => {
      const userNid = await core.users.find(userId);
      return userNid !== undefined && (await isGuest(core, userNid));
    },
  };
}

function syncSources({ accountData, contacts, filters, tokens }: AccountParts, e2ee: E2ee, notifications: Notifications): SyncSources {
  return {
    ...deviceSyncSources(e2ee),
    accountData: async (userNid, { since, now }) =>
      (await accountData.since(userNid, since))
        .filter(({ pos }) => isCovered(now, pos))
        .map(({ room_nid: roomNid, type, json }) => ({ roomNid, type, json })),
    ignoredUsers: async (userNid) => (await contacts.of(userNid)).ignored,
    blocksInvites: async (userNid) => (await contacts.of(userNid)).blocksInvites,
    unread: (userNid, room, membership) => notifications.unread(userNid, room, membership),
    standingOf: (deviceNid) => tokens.standingOf(deviceNid),
    storedFilter: (userNid, filterId) => filters.read(userNid, filterId),
  };
}
