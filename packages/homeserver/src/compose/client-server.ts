import { EntityQueries } from "../appservice/entity-queries.ts";
import { destinationMetrics } from "../federation/destinations/destination-metrics.ts";
import { NetworkRooms } from "../appservice/network-rooms.ts";
import { ThirdPartyNetworks } from "../appservice/third-party-networks.ts";
import type { Config } from "../config/config.ts";
import { bounded } from "../http/access/expensive-reads.ts";
import { tokenRequired } from "../http/access/by-access-token.ts";
import { federationAdministrationHandlers } from "../http/admin/federation-administration.ts";
import { mediaAdministrationHandlers } from "../http/admin/media-administration.ts";
import { roomAdministrationHandlers } from "../http/admin/room-administration.ts";
import { sharedSecretHandlers } from "../http/admin/shared-secret-registration.ts";
import { serverNoticeHandlers } from "../http/admin/server-notice.ts";
import { accountDataHandlers } from "../http/client-server/account-data.ts";
import type { AccountServices } from "../http/client-server/account-services.ts";
import { whoIsHandlers } from "../http/client-server/admin-whois.ts";
import { accountHandlers } from "../http/client-server/account.ts";
import { appserviceHandlers } from "../http/client-server/appservice.ts";
import { contextHandlers } from "../http/client-server/context.ts";
import { dehydratedDeviceHandlers } from "../http/client-server/dehydrated-device.ts";
import { delayedEventHandlers } from "../http/client-server/delayed-event.ts";
import { deviceHandlers } from "../http/client-server/device.ts";
import { directoryHandlers } from "../http/client-server/directory.ts";
import { discoveryHandlers } from "../http/client-server/discovery.ts";
import { keyBackupHandlers } from "../http/client-server/key-backup.ts";
import { keyHandlers } from "../http/client-server/keys.ts";
import { mediaHandlers } from "../http/client-server/media.ts";
import { membershipHandlers } from "../http/client-server/membership.ts";
import { messageHandlers } from "../http/client-server/message.ts";
import { mutualRoomsHandlers } from "../http/client-server/mutual-rooms.ts";
import { notificationHandlers } from "../http/client-server/notifications.ts";
import { peekingHandlers } from "../http/client-server/peeking.ts";
import { profileHandlers } from "../http/client-server/profile.ts";
import { pushRuleHandlers } from "../http/client-server/push-rule.ts";
import { presenceHandlers } from "../http/client-server/presence.ts";
import { pusherHandlers } from "../http/client-server/pusher.ts";
import { provenOperation } from "../http/client-server/proven-operation.ts";
import { receiptHandlers } from "../http/client-server/receipt.ts";
import { registrationHandlers } from "../http/client-server/register.ts";
import { retentionHandlers } from "../http/client-server/retention.ts";
import { retentionPolicy } from "../config/retention-policy.ts";
import { reportHandlers } from "../http/client-server/report.ts";
import { relationHandlers } from "../http/client-server/relations.ts";
import { roomHandlers } from "../http/client-server/room.ts";
import { roomPreviewHandlers } from "../http/client-server/room-preview.ts";
import type { RoomServices } from "../http/client-server/room-services.ts";
import { searchHandlers } from "../http/client-server/search.ts";
import { sessionHandlers } from "../http/client-server/session.ts";
import { slidingSyncHandlers } from "../http/client-server/sliding-sync.ts";
import { stateHandlers } from "../http/client-server/state.ts";
import { syncHandlers } from "../http/client-server/sync.ts";
import { thirdPartyHandlers } from "../http/client-server/third-party.ts";
import { threadSubscriptionHandlers } from "../http/client-server/thread-subscription.ts";
import { callHandlers } from "../http/client-server/voip.ts";
import { toDeviceHandlers } from "../http/client-server/to-device.ts";
import { wellKnownPolicyHandlers } from "../http/client-server/well-known-policy.ts";
import { userDirectoryHandlers } from "../http/client-server/user-directory.ts";
import type { Metric } from "../http/metrics/exposition.ts";
import { metricsHandlers } from "../http/metrics/metrics.ts";
import { webClientHandlers } from "../http/pages/web-client.ts";
import { pageHandlers } from "../http/pages/welcome.ts";
import type { Requester } from "../http/access/requester.ts";
import { accountLockHandlers } from "../http/client-server/account-lock.ts";
import type { Registration } from "../http/registration.ts";
import { leaveEverywhere } from "../rooms/membership/leave-everywhere.ts";
import { VERSION } from "../version.ts";
import type { HomeserverParts } from "./open-parts.ts";
import { openWebClient } from "./open-web-client.ts";

const ofRooms = [
  roomHandlers,
  membershipHandlers,
  messageHandlers,
  delayedEventHandlers,
  relationHandlers,
  contextHandlers,
  stateHandlers,
  receiptHandlers,
  presenceHandlers,
  syncHandlers,
];
const ofAccounts = [registrationHandlers, sessionHandlers, accountHandlers, deviceHandlers, profileHandlers, accountDataHandlers];

/** The handlers of everything that clients call. `baseUrl` is known once the server listens. */
export function clientServerHandlers(parts: HomeserverParts, config: Config, baseUrl: () => string): Registration[] {
  const { core, appservices, e2ee, media, published, otherServers } = parts;
  const { rooms, members } = parts.rooms;
  const asked = { queries: new EntityQueries(appservices, core.clock), networkRooms: new NetworkRooms(core, appservices) };
  const { registration, default_room_version: defaultRoomVersion } = config;
  const roomServices: RoomServices = {
    ...parts.rooms,
    sync: parts.sync,
    otherServers,
    appservices,
    queries: asked.queries,
    defaultRoomVersion,
    accountData: parts.accounts.accountData,
    ignoredUsers: (userNid) => parts.syncSources.ignoredUsers(userNid),
    unwantedInviters: parts.syncSources.unwantedInviters,
  };
  const accountServices: AccountServices = {
    ...parts.accounts,
    core,
    otherServers,
    appservices,
    queries: asked.queries,
    registration,
    roomNid: (roomId) => rooms.find(roomId)?.nid,
    leaveRooms: (user) => leaveEverywhere(rooms, members, user),
  };
  const admins = new Set(config.admins);
  const isAdmin = (user: Requester): boolean => user.isAdmin || (admins.has(user.userId) && isThemselves(user));
  return bounded([
    ...ofRooms.flatMap((handlers) => handlers(roomServices)),
    ...ofAccounts.flatMap((handlers) => handlers(accountServices)),
    ...keyHandlers({
      rooms,
      e2ee,
      sync: parts.sync,
      // Application services set up the encryption of the users that they act as.
      replaceKeys: provenOperation(accountServices, () => true),
    }),
    ...deviceMessageHandlers(parts),
    ...findingHandlers(parts, config, asked),
    ...appserviceHandlers({ rooms, streams: parts.appserviceStreams, networkRooms: asked.networkRooms, clock: core.clock }),
    ...threadSubscriptionHandlers({ core, threadSubscriptions: parts.rooms.threadSubscriptions }),
    ...searchHandlers({ ...roomServices, index: parts.searchIndex }),
    ...retentionHandlers(retentionPolicy(config.retention)),
    ...reportHandlers({ ...parts.rooms, reports: parts.reports }),
    ...peekingHandlers({ ...roomServices, published, eventStream: parts.eventStream }),
    ...mediaHandlers({ ...media, serverName: core.serverName, legacyUnauthenticated: config.media.legacy_unauthenticated }),
    ...pushHandlers(parts, config),
    ...administrationHandlers(parts, isAdmin),
    ...metricsHandlers(config.metrics, () => readMetrics(parts)),
    ...sharedSecretHandlers(accountServices, registration.shared_secret),
    ...describingHandlers(parts, config, { baseUrl, isAdmin }),
  ]);
}

/** What monitoring systems read. */
async function readMetrics({ core, federation }: HomeserverParts): Promise<readonly Metric[]> {
  return federation ? destinationMetrics(core.store, federation.sender.figures()) : [];
}

/** What the server says of itself. */
function describingHandlers(
  { core }: HomeserverParts,
  config: Config,
  { baseUrl, isAdmin }: { readonly baseUrl: () => string; readonly isAdmin: (user: Requester) => boolean },
): Registration[] {
  const webClient = config.web_client.path === undefined ? undefined : openWebClient(config.web_client.path);
  return [
    ...callHandlers({ turn: config.turn, transports: config.matrix_rtc.transports, clock: core.clock }),
    ...wellKnownPolicyHandlers(config.well_known.policy_server_key),
    ...discoveryHandlers({
      baseUrl,
      wellKnownClient: config.well_known.client,
      admins: config.admins,
      isAdmin,
      defaultRoomVersion: config.default_room_version,
      transports: config.matrix_rtc.transports,
      maxDelayMs: config.delayed_events.max_delay,
    }),
    ...webClientHandlers(webClient, baseUrl),
    ...pageHandlers({
      serverName: core.serverName,
      version: VERSION,
      baseUrl,
      registrationOpen: config.registration.enabled,
      hasWebClient: webClient !== undefined,
    }),
  ];
}

/** What devices follow and keep for themselves. */
function deviceMessageHandlers({ rooms, slidingSync, e2ee, otherServers, dehydratedDevices }: HomeserverParts): Registration[] {
  return [
    ...slidingSyncHandlers({ presence: rooms.presence, slidingSync }),
    ...toDeviceHandlers(e2ee, otherServers),
    ...keyBackupHandlers(e2ee),
    ...dehydratedDeviceHandlers(dehydratedDevices),
  ];
}

function pushHandlers({ core, pushRules, notifications, pushSender }: HomeserverParts, config: Config): Registration[] {
  return [
    ...pushRuleHandlers(pushRules),
    ...notificationHandlers(notifications),
    ...pusherHandlers({
      core,
      allowPrivateTargets: config.federation.allow_private_targets,
      noted: (key) => pushSender.note(key),
    }),
  ];
}

/** The handlers by which rooms and people are found. */
function findingHandlers(
  parts: HomeserverParts,
  config: Config,
  asked: { readonly queries: EntityQueries; readonly networkRooms: NetworkRooms },
): Registration[] {
  const { aliases, published, descriptions, hierarchy, otherServers, appservices } = parts;
  const { rooms } = parts.rooms;
  const requireUser = config.public_rooms.without_auth ? undefined : tokenRequired((token) => lookUp(parts, token));
  return [
    ...directoryHandlers({ ...parts.rooms, ...asked, aliases, appservices, published, otherServers, requireUser }),
    ...roomPreviewHandlers({ rooms, descriptions, hierarchy, otherServers }),
    ...userDirectoryHandlers(parts.userDirectory),
    ...mutualRoomsHandlers(rooms),
    ...thirdPartyHandlers(new ThirdPartyNetworks(appservices, parts.core.clock)),
  ];
}

/** Whether a requester is who they are, and no application service that acts as somebody else. */
function isThemselves({ appservice, userId }: Requester): boolean {
  return appservice === undefined || appservice.userId === userId;
}

/** How whoever holds a token stands. */
async function lookUp(
  { appservices, accounts }: HomeserverParts,
  token: string,
): Promise<Pick<Requester, "isLocked"> | "expired" | undefined> {
  return appservices.byToken(token) ? { isLocked: false } : accounts.sessions.ownerOf(token);
}

/** The handlers of those who administrate the server. */
function administrationHandlers(parts: HomeserverParts, isAdmin: (user: Requester) => boolean): Registration[] {
  const { core } = parts;
  return [
    ...accountLockHandlers({ accounts: parts.accounts.accounts, serverName: core.serverName, isAdmin }),
    ...mediaAdministrationHandlers({ administration: parts.media.administration, isAdmin }),
    ...federationAdministrationHandlers({ core, retry: parts.federation?.retry, isAdmin }),
    ...roomAdministrationHandlers({ rooms: parts.rooms.rooms, purges: parts.purges, isAdmin }),
    ...whoIsHandlers({ core, ...parts.accounts, isAdmin }),
    ...serverNoticeHandlers({ core, accounts: parts.accounts.accounts, notices: parts.notices, isAdmin }),
  ];
}
