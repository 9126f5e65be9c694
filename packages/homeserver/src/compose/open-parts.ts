import { join } from "node:path";
import { isGuest } from "../accounts/is-guest.ts";
import { AccountData, isRemoved } from "../accounts/account-data.ts";
import { ContactSettingsReader, unwantedInviters, verdictOnInvite } from "../accounts/contact-settings.ts";
import { sendRefusal } from "../accounts/send-refusal.ts";
import { describeRefusal } from "../http/errors/describe-refusal.ts";
import type { Logger } from "../http/logger.ts";
import { RoomMarksReader } from "../accounts/room-marks.ts";
import { type AccountParts, openAccounts } from "../accounts/open-accounts.ts";
import type { LocalUser } from "../accounts/local-user.ts";
import { readProfile } from "../accounts/profiles.ts";
import { retentionPolicy } from "../config/retention-policy.ts";
import type { Config } from "../config/config.ts";
import { type DirectoryParts, openDirectory } from "../directory/open-directory.ts";
import { type DehydratedDevicePorts, DehydratedDevices } from "../e2ee/dehydrated-devices.ts";
import { deviceSyncSources } from "../e2ee/device-sync-sources.ts";
import { type E2ee, openE2ee } from "../e2ee/open-e2ee.ts";
import type { Appservices } from "../appservice/appservices.ts";
import type { AppserviceStreams } from "../appservice/appservice-streams.ts";
import { openAppservices } from "../appservice/open-appservices.ts";
import type { Core } from "../log/core.ts";
import { isCovered } from "../log/position.ts";
import { type FederationParts, otherServersBy } from "../federation/open-federation.ts";
import { type MediaParts, openMedia } from "../media/open-media.ts";
import { noFederation, type OtherServers } from "../other-servers.ts";
import { openPushSender } from "../push/open-push-sender.ts";
import type { PushSender } from "../push/push-sender.ts";
import type { UnwantedSenders } from "../push/event-outcome.ts";
import { Notifications } from "../push/notifications.ts";
import { PushRules } from "../push/push-rules.ts";
import { addThreadRules } from "../push/thread-rules.ts";
import { whenReady } from "../ready.ts";
import { autoJoin } from "../rooms/membership/auto-join.ts";
import { ServerNotices } from "../rooms/membership/server-notices.ts";
import { openRooms, type RoomParts, type RoomPorts } from "../rooms/open-rooms.ts";
import type { RoomPurges } from "../rooms/purge/room-purges.ts";
import { SearchIndex } from "../search/search-index.ts";
import type { SyncSources } from "../sync/cuts/sync-sources.ts";
import { Reports } from "../accounts/reports.ts";
import { EventStream } from "../sync/events/event-stream.ts";
import { openSync } from "../sync/v3/open-sync.ts";
import { openSlidingSync } from "../sync/sliding/open-sliding-sync.ts";
import type { SlidingSync } from "../sync/sliding/sliding-sync.ts";
import type { SyncBound } from "../sync/v3/sync-bound.ts";
import type { Sync } from "../sync/v3/sync.ts";
import { openFederation } from "./federation.ts";
import { mediaFolder } from "./media-folder.ts";
import { openMediaStore } from "./open-media-store.ts";
import type { PartsOptions } from "./parts-options.ts";
import { openRoomPurges } from "./purges.ts";
import { openAppserviceStreams, openAppserviceUsers } from "./appservice-users.ts";

/** Every part of a homeserver but HTTP, each built on those before it. */
export interface HomeserverParts extends DirectoryParts {
  readonly core: Core;
  readonly appservices: Appservices;
  readonly appserviceStreams: AppserviceStreams;
  readonly pushRules: PushRules;
  readonly notifications: Notifications;
  readonly pushSender: PushSender;
  readonly searchIndex: SearchIndex;
  readonly rooms: RoomParts;
  readonly e2ee: E2ee;
  readonly accounts: AccountParts;
  readonly media: MediaParts;
  readonly sync: Sync;
  readonly slidingSync: SlidingSync;
  readonly syncSources: SyncSources;
  readonly eventStream: EventStream;
  readonly otherServers: OtherServers;
  /** `undefined` where it is off. */
  readonly federation: FederationParts | undefined;
  readonly reports: Reports;
  /** What operators have removed. */
  readonly purges: RoomPurges;
  readonly dehydratedDevices: DehydratedDevices;
  /** Left out where the configuration names nobody in whose name the server speaks. */
  readonly notices: ServerNotices | undefined;
}

/** Opens the parts over one core. */
export async function openParts(
  core: Core,
  config: Config,
  { logger, syncBound, network, registrations = [] }: PartsOptions,
): Promise<HomeserverParts> {
  const appservices = await openAppservices(core, registrations);
  core.quotas.exempt(async (userNid) => appservices.all.length > 0 && appservices.isUnlimited(await core.users.text(userNid)));
  const accountData = new AccountData(core);
  const pushRules = new PushRules(accountData);
  const contacts = new ContactSettingsReader(accountData);
  let federation: FederationParts | undefined;
  const otherServers = config.federation.enabled ? otherServersBy(() => federation, core) : noFederation(core.serverName);
  const rooms = await openRooms(core, { otherServers, ...roomSettings(core, config), ...userPorts(core, contacts) });
  const e2ee = await openE2ee(rooms.rooms, {
    otherServers,
    publishesNames: config.device_names_over_federation,
    failed: (what, error) => logger.warn(what, { error }),
  });
  federation = await openFederation(core, rooms, e2ee, config, { logger, network });
  const notifications = await openNotifications(rooms, { pushRules, contacts, logger });
  const directory = await openDirectory(rooms.rooms, { searchAll: config.user_directory.search_all, otherServers });
  const searchIndex = await openSearchIndex(rooms, logger);
  const accounts = await openAccountsOf(core, config, { rooms, pushRules, e2ee, accountData, contacts, directory, appservices, logger });
  await openAppserviceUsers(appservices, accounts, logger);
  return {
    core,
    appservices,
    appserviceStreams: openAppserviceStreams({ appservices, rooms, e2ee, accounts, logger }),
    notices: await openNotices(rooms, accounts, config),
    pushRules,
    notifications,
    pushSender: openPushSenderOf(rooms, notifications, { config, logger }),
    searchIndex,
    rooms,
    e2ee,
    accounts,
    media: await openMediaOf(core, config, logger, otherServers),
    ...directory,
    otherServers,
    federation,
    reports: new Reports(core),
    purges: openRoomPurges({ core, rooms, notifications, searchIndex, federation, logger }),
    dehydratedDevices: new DehydratedDevices({ core, ...e2ee, ...devicePorts(accounts) }),
    ...openSyncs(rooms, syncSources(core, accounts, e2ee, notifications), syncBound),
  };
}

/** The ways in which clients follow their rooms. */
function openSyncs(
  rooms: RoomParts,
  sources: SyncSources,
  bound: SyncBound | undefined,
): Pick<HomeserverParts, "syncSources" | "sync" | "slidingSync" | "eventStream"> {
  return {
    syncSources: sources,
    sync: openSync(rooms, sources, bound),
    slidingSync: openSlidingSync(rooms, sources, { bound }),
    eventStream: new EventStream({ ...rooms, sources }),
  };
}

function openPushSenderOf(
  rooms: RoomParts,
  notifications: Notifications,
  { config, logger }: { readonly config: Config; readonly logger: Logger },
): PushSender {
  return openPushSender({
    ...rooms,
    notifications,
    allowPrivateTargets: config.federation.allow_private_targets,
    failed: (error, retryMs) => logger.warn("a notification could not be sent", { error, retry_ms: retryMs }),
  });
}

/** Brings new users into the rooms that the configuration names. */
function newUserGreeter(rooms: RoomParts, config: Config, logger: Logger): (user: LocalUser) => Promise<void> {
  const { auto_join_rooms: wanted, default_room_version: version, server_notices: notices } = config;
  const noticesId = notices && `@${notices.localpart}:${config.server_name}`;
  const failed = (room: string, error: Error): void => logger.warn("a new user could not be brought into a room", { room, error });
  return async ({ userId }) => {
    if (userId !== noticesId) await autoJoin({ ...rooms, version, failed }, userId, wanted);
  };
}

/** Opens the voice of the server: its user has an account that nobody can log in to, so that nobody else takes the name. */
async function openNotices(rooms: RoomParts, { accounts, accountData }: AccountParts, config: Config): Promise<ServerNotices | undefined> {
  if (!config.server_notices) return undefined;
  const { localpart, room_name: roomName } = config.server_notices;
  const userId = `@${localpart}:${config.server_name}`;
  if (!(await accounts.find(userId))) await accounts.create({ localpart, isServer: true });
  const userNid = await rooms.rooms.core.users.intern(userId);
  return new ServerNotices({
    ...rooms,
    sender: { userNid, userId },
    roomName,
    version: config.default_room_version,
    tag: (reader, roomNid) => accountData.put({ userNid: reader, roomNid, type: "m.tag" }, { tags: { "m.server_notice": {} } }),
  });
}

function openNotifications(
  parts: RoomParts,
  { pushRules, contacts, logger }: Pick<AccountSurroundings, "pushRules" | "contacts" | "logger">,
): Promise<Notifications> {
  const { rooms, receipts, visibility, threadSubscriptions } = parts;
  threadSubscriptions.onSubscribing((userNid) => addThreadRules(rooms.core, pushRules, userNid));
  return Notifications.open({
    rooms,
    receipts,
    visibility,
    pushRules,
    followedThreads: (userNid) => threadSubscriptions.followedBy(userNid),
    unwanted: unwantedSenders(contacts),
    onIgnoring: (listener) => contacts.onIgnoring(listener),
    failed: (error, retryMs) => logger.error("whom events notify could not be worked out", { error, retry_ms: retryMs }),
  });
}

function roomSettings(core: Core, config: Config): Pick<RoomPorts, "hasPresence" | "delayed" | "noticesUserId" | "retention"> {
  const refusal = (userNid: number): Promise<Error | undefined> => sendRefusal(core, userNid);
  return {
    hasPresence: config.presence.enabled,
    noticesUserId: config.server_notices && `@${config.server_notices.localpart}:${config.server_name}`,
    retention: retentionPolicy(config.retention),
    delayed: { maxDelayMs: config.delayed_events.max_delay, refusal, describe: describeRefusal },
  };
}

/** What accounts are opened with. */
interface AccountSurroundings {
  readonly rooms: RoomParts;
  readonly pushRules: PushRules;
  readonly e2ee: E2ee;
  readonly accountData: AccountData;
  readonly contacts: ContactSettingsReader;
  readonly directory: DirectoryParts;
  readonly appservices: Appservices;
  readonly logger: Logger;
}

function openAccountsOf(core: Core, config: Config, parts: AccountSurroundings): Promise<AccountParts> {
  const { rooms, pushRules, e2ee, accountData, contacts, directory, appservices, logger } = parts;
  const logFailure = (error: unknown): void => logger.error("a profile could not be shown in every room", { error });
  return openAccounts(core, {
    // It can take a while in many rooms, and whoever changes the profile need not wait for it.
    profileChanged: async (userId) => void rooms.members.updateProfile(userId).catch(logFailure),
    created: newUserGreeter(rooms, config, logger),
    initialData: async ({ userNid, userId }) => pushRules.store(userNid, await pushRules.read(userNid, userId)),
    deviceListChanged: (userNid, operations, change) => e2ee.deviceLists.note(userNid, operations, change),
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
    isReserved: (userId) => appservices.ownerOfUser(userId) !== undefined,
  });
}

function openSearchIndex({ rooms }: RoomParts, logger: Logger): Promise<SearchIndex> {
  return SearchIndex.open(rooms, (error, retryMs) => logger.error("the words of events could not be stored", { error, retry_ms: retryMs }));
}

async function openMediaOf(core: Core, config: Config, logger: Logger, { openMedia: openRemote }: OtherServers): Promise<MediaParts> {
  const noted = (failure: string | undefined): void => {
    if (failure === undefined) logger.info("the bucket of media answers again");
    else logger.error(`media can be neither stored nor read: ${failure}`);
  };
  return openMedia(core, {
    store: await openMediaStore(config, noted),
    thumbnailFolder: join(mediaFolder(config), "thumbnails"),
    maxUploadBytes: config.media.max_upload_size,
    maxRemoteBytes: config.media.remote_max_size,
    openRemote,
    dynamicThumbnails: config.media.dynamic_thumbnails,
    previews: config.media.url_previews,
  });
}

function devicePorts({ sessions }: AccountParts): Pick<DehydratedDevicePorts, "addDevice" | "removeDevice"> {
  return {
    addDevice: (device, operations) => sessions.addDevice(device, operations),
    removeDevice: (userNid, deviceNid) => sessions.removeDevices(userNid, ({ device_nid: nid }) => nid !== deviceNid),
  };
}

function userPorts(
  core: Core,
  contacts: ContactSettingsReader,
): Omit<RoomPorts, "otherServers" | "hasPresence" | "delayed" | "noticesUserId" | "retention"> {
  return {
    ignoredUsers: unwantedSenders(contacts).ignoredUsers,
    profileOf: async (userId) => (await readProfile(core, userId)) ?? {},
    blocksInvites: async (userId, senderId) => {
      const userNid = await core.users.find(userId);
      return userNid !== undefined && verdictOnInvite(await contacts.of(userNid), senderId) === "block";
    },
    isGuest: async (userId) => {
      const userNid = await core.users.find(userId);
      return userNid !== undefined && (await isGuest(core, userNid));
    },
  };
}

function unwantedSenders(contacts: ContactSettingsReader): UnwantedSenders {
  return {
    ignoredUsers: (userNid) => whenReady(contacts.of(userNid), ({ ignored }) => ignored),
    unwantedInviters: async (userNid) => unwantedInviters(await contacts.of(userNid)),
  };
}

function syncSources(core: Core, accounts: AccountParts, e2ee: E2ee, notifications: Notifications): SyncSources {
  const { accountData, contacts, filters, tokens } = accounts;
  const roomMarks = new RoomMarksReader(core, accountData);
  return {
    ...deviceSyncSources(e2ee),
    accountData: (userNid, { since, now }) =>
      whenReady(accountData.since(userNid, since), (rows) =>
        rows
          // Whoever knows nothing need not hear what is no longer there.
          .filter(({ pos, json }) => isCovered(now, pos) && (since !== undefined || !isRemoved(json)))
          .map(({ room_nid: roomNid, type, json }) => ({ roomNid, type, json })),
      ),
    accountDataOfRoom: async (userNid, roomNid) => (await accountData.ofRoom(userNid, roomNid)).filter(({ json }) => !isRemoved(json)),
    roomMarks: (userNid) => roomMarks.of(userNid),
    ...unwantedSenders(contacts),
    unread: (userNid, room, membership) => notifications.unread(userNid, room, membership),
    standingOf: (deviceNid) => tokens.standingOf(deviceNid),
    storedFilter: (userNid, filterId) => filters.read(userNid, filterId),
  };
}
